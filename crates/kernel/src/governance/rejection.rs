//! Why the governance application refuses.

use super::ids::GOVERNANCE;

chancery_ledger::rejections! {
    /// Why a transaction of the governance application is refused, or a decided proposal void.
    pub enum GovernanceRejection of GOVERNANCE => {
        Malformed = 1, "The payload is not a governance transaction in canonical encoding.",
            "Encode the transaction as the governance application's format says.";
        TextUnfit = 2, "A reason, name or answer is missing, too long, or does not show as it is written.",
            "Give reasons and names on one line of at most 500 bytes, and an answer of at most 4000.";
        NotConstituent = 3, "Only a constituting authority proposes and votes.",
            "Ask a constituting authority; the network's page lists them.";
        NotNode = 4, "Only a node announces its readiness.",
            "Sign with the key of the node itself.";
        NotAccused = 5, "Only the accused validator, or the member that stands behind it, answers.",
            "Sign with a key of the validator or of its owner.";
        ProposalUnknown = 6, "There is no such proposal.",
            "Look the proposal up by its number.";
        NotElector = 7, "The sender was no constituting authority when the proposal was made.",
            "Nothing needs to be done; the proposal names those who vote on it.";
        VotingOver = 8, "The proposal is decided, or its deadline has come.",
            "Make a new proposal if the matter is still open.";
        VotedAlready = 9, "The sender has voted on this proposal. A vote is cast once.",
            "Nothing needs to be done. Whoever has changed its mind can make a proposal that undoes this one.";
        AgendaFull = 10, "There are 32 proposals already that are open or wait for their boundary.",
            "Wait until some are decided or carried out.";
        TooFewValidators = 11, "Fewer than four validators would be left, so that not even one might fail.",
            "Admit another validator first, or replace this one.";
        TooManyLeaving = 12, "More validators would leave at one boundary than may fail at a time.",
            "Let one part leave now and the others at a later boundary.";
        QuorumNotReady = 13, "Fewer of the committee than its quorum have said that they are ready.",
            "Rehearse the proposal: it names who is not ready and how old each announcement is. Let them announce first.";
        NodeNotReady = 14, "The node has not said that it is ready, or what it said is too old or too little.",
            "Let the node catch up, make room, set its clock, and announce its readiness.";
        NodeUnfit = 15, "This is no live node, or the key is not a valid key of it.",
            "Register the node and bind the key to it first.";
        KeyExpires = 16, "The node's key has an expiry; a validator's key must not run out by itself.",
            "Bind a key without expiry to the node and propose that one.";
        SeatedAlready = 17, "The node or the key has a seat already.",
            "Look up the decided committee; it may not be effective yet.";
        NotSeated = 18, "The member has no seat in the decided committee.",
            "Look up the decided committee; it may differ from the effective one.";
        Suspended = 19, "The member is suspended.",
            "Let the suspension be lifted by vote first.";
        NotSuspended = 20, "The member is not suspended.",
            "Nothing needs to be lifted.";
        CommitteeFull = 21, "The committee would have more than 64 validators.",
            "Let a validator leave first, or replace one.";
        ParameterOutOfBounds = 22, "The value lies outside the parameter's bounds.",
            "Choose a value within the bounds that the documentation gives.";
        NothingChanges = 23, "The proposal changes nothing: what it asks for holds already.",
            "Nothing needs to be done.";
        ThresholdUnfit = 24, "A threshold is more than half and at most all, in whole numbers up to 100.",
            "Choose another threshold.";
        AuthorityUnfit = 25, "This is no live authority with a valid key.",
            "Certify the authority and let it bind a key first.";
        ConstituentAlready = 26, "The authority is a constituting one already.",
            "Nothing needs to be done.";
        ConstituentUnknown = 27, "The authority is no constituting one.",
            "Look up the constituting authorities.";
        LastConstituent = 28, "Nobody would be left who can vote.",
            "Seat another constituting authority first.";
        TooManyConstituents = 29, "There would be more than 32 constituting authorities.",
            "Let one leave first.";
        RootKnown = 30, "The certificate root was admitted before.",
            "Look up the certificate roots; a retired one does not come back.";
        RootUnknown = 31, "There is no such certificate root, or it was retired.",
            "Look up the certificate roots.";
        RootExpiresSoon = 32, "The certificate root expires in less than 30 days.",
            "Admit a root that lasts longer.";
        LastRoot = 33, "It is the last certificate root in use; certificates under it would end with nothing in their place.",
            "Admit its successor first.";
        TooManyRoots = 34, "There are 32 certificate roots already.",
            "Use one that is admitted.";
        VersionUnfit = 35, "The version is not newer than the rules in force.",
            "Name a version that is newer.";
        VersionPlannedAlready = 36, "Rules have been adopted that are not in force yet.",
            "Back out of them first, or wait until they are in force.";
        NoticeTooShort = 37, "The height is too near for nodes to be prepared, or has passed.",
            "Choose a height that leaves the notice that the parameters ask for, after the voting period.";
        NoVersionPlanned = 38, "No rules of this version are waiting to come into force.",
            "Look up the rules; those in force are changed by adopting newer ones.";
        CannotPause = 39, "The ledger itself, identity and governance cannot be paused.",
            "Pause the application that does harm.";
        TermUnfit = 40, "A pause lasts between one minute and 72 hours.",
            "Choose another term; a longer one needs another vote.";
        TooManyPauses = 41, "Eight applications are paused already.",
            "Wait until a pause has ended.";
        Paused = 42, "The application is paused by an emergency decision until its term.",
            "Send the transaction again when the pause is over; the network's page says until when and why.";
        ReadinessUnfit = 43, "The node says that it has carried out a block that does not exist yet.",
            "Announce the height of the last block that the node has carried out.";
        EvidenceUnsound = 44, "These are not two different proposals that one proposer signed for one view of this network.",
            "Give both headers with their signatures exactly as they were sent.";
        AccusedUnknown = 45, "The key that signed is not one of a member that is or was a validator.",
            "Look up whose key it is.";
        ReportedAlready = 46, "There is a hearing about this validator and view already.",
            "Look up the hearing.";
        HearingUnknown = 47, "There is no such hearing, or it is about another member.",
            "Look the hearing up by its number.";
        HearingOver = 48, "The term for the answer is over, or the answer was given.",
            "Nothing more can be said in this hearing.";
        NotHeard = 49, "The validator has not been heard: it has not answered and its term is not over.",
            "Wait for the answer or the end of the term.";
    }
}
