//! Why the identity application refuses.

use super::ids::IDENTITY;

chancery_ledger::rejections! {
    /// Why a transaction of the identity application is refused.
    pub enum IdentityRejection of IDENTITY => {
        Malformed = 1, "The payload is not an identity transaction in canonical encoding.",
            "Encode the transaction as the identity application's format says.";
        TooMany = 2, "A list of the transaction is empty, longer than allowed, or names something twice.",
            "Name everything once, and split what is too long into several transactions.";
        NameUnfit = 3, "A public name is missing, too long, or given to a person or device, which have none.",
            "Give authorities, organisations, nodes and regions a name of at most 200 bytes; leave it out otherwise.";
        ReasonMissing = 4, "The public reason is missing or too long.",
            "Give a reason of at most 200 bytes.";
        NotAuthority = 5, "Only an authority may do this.",
            "Ask the authority that answers for the members or the region in question.";
        OutsideJurisdiction = 6, "A domain or region lies outside the sender's jurisdiction.",
            "Stay within the sender's own domains and region, or ask the authority above.";
        InvitationKeyOnly = 7, "The key of an invitation may sign nothing but the acceptance of its invitation.",
            "Accept the invitation first, then sign with the key that it bound.";
        NotInvitationKey = 8, "The acceptance is not signed with an invitation's key.",
            "Sign the acceptance with the key that came with the invitation.";
        NotTheInvited = 9, "The keys are not one for each invited member in the invitation's order.",
            "Give every invited member exactly one key, in the order in which they were registered.";
        PossessionNotShown = 10, "A new key does not sign for the member that it is to be bound to.",
            "Let the new key sign the member's id with the purpose 'key possession'.";
        KeyUnsound = 11, "A new key is not the canonical encoding of a sound Ed25519 public key.",
            "Make a new key with the client.";
        KeyKnown = 12, "A new key is or was bound already.",
            "Make a new key; a key is bound once and never again.";
        TooManyKeys = 13, "The member would have more than 8 keys.",
            "End a key that is no longer needed first.";
        ExpiryPast = 14, "An expiry lies before the block's time.",
            "Choose a later expiry.";
        ExpiryTooFar = 15, "The invitation would last longer than 90 days.",
            "Choose an earlier expiry.";
        RegionUnknown = 16, "There is no such region.",
            "Look the region up by its code, with its leading zeros, or add it first.";
        RegionKnown = 17, "There is a region of this code already.",
            "Choose another code.";
        RegionTooDeep = 18, "The tree of regions would be deeper than 8.",
            "Put the region under one that lies higher.";
        AuthorityTooDeep = 19, "The tree of authorities would be deeper than 8.",
            "Let an authority that stands higher certify this one.";
        MemberKnown = 20, "A member with this legal identity is registered with this authority already.",
            "Use the registered member; invite it again if its key is lost.";
        MemberUnknown = 21, "There is no such member, or it has been ended.",
            "Look the member up by its id.";
        KindUnfit = 22, "Authorities are not registered as members of a batch.",
            "Certify the authority with its jurisdiction.";
        OwnerUnfit = 23, "The owner is no live member, or is itself owned by another.",
            "Name the member that stands behind all others, and register it first.";
        NotAnswerable = 24, "The sender neither vouched for the member nor stands above the authority that did.",
            "Ask the authority that vouched for the member.";
        NotOwnKey = 25, "A key is added by the member that it is for.",
            "Sign with a key of the member that gets the new key.";
        KeyUnknown = 26, "The key is not bound, or has been ended.",
            "Look up the member's keys.";
        LastKey = 27, "An authority may not end its last valid key by itself.",
            "Add another key first, or ask the authority above.";
        RoleHeldOtherwise = 28, "The member holds this role already, by the word of another authority.",
            "Nothing needs to be given; ask that authority to change the expiry.";
        RoleNotHeld = 29, "The member does not hold this role here.",
            "Look up the member's roles.";
    }
}
