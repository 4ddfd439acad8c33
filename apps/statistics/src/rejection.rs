//! Why the statistics application refuses, and for which reasons an authority may refuse a return.

use crate::ids::STATISTICS;
use chancery_kernel::records::rejection::RecordsRejection;
use chancery_ledger::Refusal;
use chancery_types::rejection::RejectionCode;

chancery_ledger::rejections! {
    /// Why a structure, period, return, decision or figure is refused. Numbers 81 to 86 are reasons that an authority
    /// gives for refusing a confidential return ([`StatisticsRejection::AUTHORITY_REASONS`]); consensus never gives
    /// them, because it cannot see what they are about.
    pub enum StatisticsRejection of STATISTICS => {
        Malformed = 1, "The payload is not a statistics transaction in canonical encoding, or a list in it is out of its bounds.",
            "Encode the transaction as the statistics application's format says.";
        RegisterUnknown = 2, "There is no such register.",
            "Look the register up by its id, or let its authority open it first.";
        NotSupervisor = 3, "The sender does not supervise the register.",
            "Let the register's supervising authority send the transaction.";
        NotFiler = 4, "The sender may not file for this subject.",
            "Ask the register's authority for the role of filer in the register's domain: in the subject's own region to file for itself or for what it owns, in a region around it to file for others.";
        StructureUndefined = 5, "The register has no structure yet.",
            "Define what is asked before a period is opened.";
        PeriodUnknown = 6, "The period has not been opened.",
            "Look up the register's periods, or let its authority open this one.";
        PeriodKnown = 7, "The period has been opened already.",
            "Use the period as it was opened; its dates do not change.";

        CellsUnfit = 11, "A cell's id stands twice, or its label, unit or scale is out of bounds.",
            "Give every cell an id of its own, a label and a unit of at most 500 bytes on one line, and a scale of at most 18.";
        BoundsUnfit = 12, "A cell's range is not within 0 and 4398046511104, or its lower end is above its upper.",
            "Declare for every cell the smallest and largest plausible value, within that range.";
        IdentityUnfit = 13, "An identity has fewer than two terms, a coefficient of zero, a cell twice, or a cell that is unknown or not additive.",
            "Let every identity be a sum of different additive cells of the structure with coefficients other than zero.";
        RatioUnfit = 14, "A ratio's id stands twice or is a cell's, it divides cells that are unknown, equal or not additive, or shows more than 6 decimals.",
            "Let every ratio divide one additive cell by another, under an id of its own.";
        StructureTooLarge = 15, "The structure is larger than 15 KiB.",
            "Shorten the labels, or split the structure into several registers.";
        DatesUnfit = 16, "The period closes before it is due or is closed already, or the authority's term is zero or longer than 366 days.",
            "Let returns be due no later than the period closes, and the period close after now.";
        GuardsUnfit = 17, "The largest share of one owner is not between 1 and 100 per cent.",
            "Declare a share between 1 and 100 per cent.";

        SubjectUnknown = 21, "The subject is not a member, or has been ended.",
            "Look the subject up by its id; a filer registers with its authority first.";
        SubjectElsewhere = 22, "The subject's region lies outside the register's.",
            "File in the register that covers the subject's region.";
        PeriodClosed = 23, "The period has closed.",
            "Ask the register's authority; a filing that reached the validators in time is ordered with their intake receipts, within seven days.";
        IntakeUnsound = 24, "An intake receipt is not a validator's good signature over this filing by this filer on this network.",
            "Send exactly the filing that the validators signed for, with the receipts as they gave them.";
        IntakeTooFew = 25, "Fewer than f + 1 different validators say when the filing arrived.",
            "Collect intake receipts from more validators.";
        CellCountUnfit = 26, "The return has another number of cells than the structure.",
            "Give one value for every cell of the structure, in its order.";
        CellNotClear = 27, "A cell of an open register holds a commitment.",
            "File values in clear; this register is open.";
        CellNotCommitted = 28, "A cell of a confidential register stands in clear, or an additive one is empty.",
            "Commit to every additive value, also to zero; never send a confidential value in clear.";
        PointUnsound = 29, "A commitment is not the encoding of a point of the group.",
            "Make the commitment anew with the client.";
        CellMissing = 30, "A cell of an identity has no value.",
            "Give a value for every cell of an identity; where it is zero, give 0.";
        ValueNegative = 31, "A value is negative.",
            "Correct the value; quantities are zero or more.";
        ValueOutOfRange = 32, "A value lies outside its declared range.",
            "Correct the value, or ask the authority whether the range is right.";
        IdentityBroken = 33, "An identity does not hold between the values.",
            "Correct the value that is wrong: parts must add up to their whole.";
        SealedMissing = 34, "A return to a confidential register does not name its sealed openings.",
            "Seal the openings to the authority and name their digest.";
        SealedUnexpected = 35, "A return to an open register names sealed openings.",
            "Leave them out; this register is open.";
        SumTooLarge = 36, "A sum would be larger than a quantity can be.",
            "Tell the register's authority; the structure's scale is too fine for what is counted.";

        RegisterNotConfidential = 41, "Returns to an open register are accepted by consensus; there is nothing to decide.",
            "To correct an open return, let its filer file a correction.";
        RecordElsewhere = 42, "The record is not one of this register.",
            "Name the register that the record stands in.";
        ReasonNotGivable = 43, "The number is not a reason for which an authority may refuse a return.",
            "Give one of the numbers 81 to 86.";
        TermNotOver = 44, "The openings may still arrive: the authority's term is not over.",
            "Refuse for missing openings only after the term for the decision has run out.";

        RegionUnfit = 51, "There is no such region, or it lies outside the register's.",
            "Publish for the register's region or one within it.";
        NotReleased = 52, "The period's figures are not to be published yet.",
            "Publish on or after the release date.";
        NothingToPublish = 53, "No return counts in this region and period.",
            "Publish when returns have been accepted.";
        NothingChanged = 54, "Nothing has changed since the last publication.",
            "Publish again when a return has come or changed.";
        SequenceUnfit = 55, "The publication's number is not one more than there were.",
            "Look up how often the figure was published and give the next number.";
        CutoffUnfit = 56, "The cut-off is not a height before this block at or after which no return was accepted for the figure.",
            "Compute the totals anew at the latest final height and give that as the cut-off.";
        TotalsUnfit = 57, "The totals are not one for every additive cell in the structure's order.",
            "Give exactly those.";
        TotalWrong = 58, "A total is not the sum of all returns accepted for it.",
            "Compute the totals anew over all accepted returns.";
        TotalNegative = 59, "A total is negative.",
            "Look for the return whose value is not in its range.";
        ProofUnsound = 60, "The proof of a total does not hold for the sum of commitments, the total and this publication.",
            "Prove every total anew for this register, period, region, number, cut-off and cell.";
        ProofUnexpected = 61, "A total of an open register carries a proof.",
            "Leave it out; consensus sums the values itself.";
        DominanceNotStated = 62, "The statement that no owner's share exceeds the period's largest is missing.",
            "Check the shares and state it; where one exceeds it, do not publish the figure.";
        TooFewRespondents = 63, "Fewer different owners stand behind the figure than the minimum.",
            "Publish the region around it instead.";
        RevisionTooSmall = 64, "Fewer different owners' returns have changed since the last publication than the minimum, so the difference would show them.",
            "Wait for more changes and publish them together.";
        RemainderTooSmall = 65, "What remains of a region when its published parts are taken away rests on fewer different owners than the minimum, so subtraction would show them.",
            "Leave a further part unpublished.";
        PartsNotCurrent = 66, "A part of the region was published and has changed since, so the two figures would not be of one time.",
            "Publish the part again first; if too few of its owners changed, wait.";
        WholesNotShown = 67, "A region between this one and a published one is not itself published.",
            "Publish from the inside out or from the outside in, without leaving a level out.";
        TooLateToShow = 68, "The region around this one was published without it and has changed or been revised since.",
            "Which parts are shown is settled with the first publication; keep to the figures that are shown.";
        TooManyParts = 69, "The region around has too many parts to check what subtraction would show.",
            "Publish the region around them, or put a level between.";

        OpeningMismatch = 81, "The opening does not match its commitment.",
            "File a correction with openings that belong to its commitments.";
        OpeningNegative = 82, "An opened value is negative.",
            "File a correction; quantities are zero or more.";
        OpeningOutOfRange = 83, "An opened value lies outside its declared range.",
            "File a correction, or ask the authority whether the range is right.";
        OpeningMissing = 84, "No opening arrived before the authority's term was over.",
            "File a correction and hand its openings over to the authority's node.";
        OpeningUnreadable = 85, "The sealed bytes cannot be opened, are not what the return names, or do not hold an opening of this version.",
            "Seal the openings anew to the authority's current key and file a correction that names them.";
        OpeningIdentity = 86, "An identity does not hold between the opened values.",
            "File a correction whose values add up.";
    }
}

impl StatisticsRejection {
    /// The reasons for which an authority may refuse a confidential return.
    pub const AUTHORITY_REASONS: &'static [Self] = &[
        Self::OpeningMismatch,
        Self::OpeningNegative,
        Self::OpeningOutOfRange,
        Self::OpeningMissing,
        Self::OpeningUnreadable,
        Self::OpeningIdentity,
    ];

    /// The reason of this number, if an authority may give it.
    pub fn authority_reason(number: u16) -> Option<Self> {
        Self::AUTHORITY_REASONS.iter().copied().find(|reason| reason.code().number == number)
    }
}

/// A refusal of this application, or of the kernel's operations on records that it calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// This application's own.
    #[error(transparent)]
    Statistics(#[from] StatisticsRejection),
    /// The records application's.
    #[error(transparent)]
    Records(#[from] RecordsRejection),
}

impl Refusal for Refused {
    fn code(&self) -> RejectionCode {
        match self {
            Self::Statistics(refusal) => refusal.code(),
            Self::Records(refusal) => refusal.code(),
        }
    }
}
