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
        NoticeUnfit = 30, "The suspension would begin less than one day or more than 90 days after its notice.",
            "Choose another beginning. Who must be stopped at once is stopped by ending keys, which touches nobody else.";
        SuspendedAlready = 31, "The authority's suspension has been announced already.",
            "Lift it first, if it is to begin on another date or for another reason.";
        NotSuspended = 32, "No suspension of this authority has been announced.",
            "Look the authority up; there is nothing to lift.";
        SenderSuspended = 33, "The sender is an authority that is suspended.",
            "Ask the authority above, which has announced the reason; it can lift the suspension.";
        VouchingSuspended = 34, "Every authority that vouches for the sender is suspended, or stands under one that is.",
            "Ask the authority above the suspended one: it can have another take over. Another authority can vouch for \
             the sender too. Keys can still be ended.";
        InOffice = 35, "The authority is in office, and neither its suspension nor its end has been announced.",
            "Announce its suspension or its end first, then say who takes over.";
        SuccessorUnfit = 36, "The authority that is to take over is not in office, stands under the one that it \
             would replace, or has a narrower jurisdiction.",
            "Name an authority that stands elsewhere and whose domains and region cover those of the other.";
        VouchedAlready = 37, "The sender vouches for this member already, or it is an authority.",
            "Nothing needs to be done; an authority is certified by one authority only.";
        NotVouching = 38, "The sender does not vouch for this member beside the authority that registered it.",
            "Look the member up; the authority that registered it ends it instead.";
        TooManyVouchers = 39, "More than 4 authorities would vouch for the member beside the one that registered it.",
            "Nothing needs to be done; the member stands as long as one of them does.";
        RegionEnded = 40, "The region has ended, or has only until an announced date.",
            "Name its successor: `chancery query region CODE` says which it is and since when.";
        SenderEnded = 41, "The sender is an authority that has ended.",
            "Its successor acts now: `chancery query history ID` says who it is and since when.";
        RegionHasParts = 42, "The region has regions within it that go on.",
            "End those first, or in the same transaction before it.";
        SuccessionUnfit = 43, "Something would succeed itself, or be succeeded by what is ending.",
            "Name only successors that go on after the date.";
        TooManyNames = 44, "The region or member has had 16 names after its first.",
            "Register a new one that succeeds it.";
        DateUnfit = 45, "The change would take effect before the block's time, more than ten years ahead, or before an \
             earlier change.",
            "Choose a date from now on, after the last change of the same thing.";
        AlreadyEnding = 46, "The authority's end has been announced already.",
            "Look the authority up; its successors are named.";
        IdentityKnown = 47, "The sender has registered this legal identity already, as another member.",
            "Use the registered member; invite it again if its key is lost.";
        CheckUnfit = 48, "Who checked is neither the sender nor a live member that the sender answers for, or the \
             check lies after the block's time.",
            "Name who checked by its member id, and the time at which it was done.";
        NotRegistrar = 49, "Only the authority that registered the member, or answers for it in that one's place, \
             records how it was identified.",
            "Ask that authority.";
        DeviceUnfit = 50, "A device lacks its model, place or owner, something else has them, or the member is no device.",
            "Give each device a model and a place of at most 200 bytes and an owner, and nothing else any of it.";
        CalibrationUnfit = 51, "The calibration lies after the block's time, ends before it began, or lasts more than ten \
             years; or who calibrated is no live member.",
            "Correct the dates or the laboratory.";
        CalibrationMissing = 52, "The device was not calibrated at the time of the reading.",
            "Have the device calibrated; readings after the expiry of its calibration do not count.";
    }
}
