//! Why the records application refuses. Applications that file records answer with these numbers too.

use super::ids::RECORDS;

chancery_ledger::rejections! {
    /// Why a register is not opened, or a version not filed or decided on.
    pub enum RecordsRejection of RECORDS => {
        Malformed = 1, "The payload is not a records transaction in canonical encoding.",
            "Encode the transaction as the records application's format says.";
        OutsideJurisdiction = 2, "The register's domain or region lies outside the sender's jurisdiction.",
            "Let an authority open the register whose jurisdiction covers its domain and region.";
        RegisterKnown = 3, "There is a register of this id already.",
            "Choose another id, or use the register that exists.";
        TextUnfit = 4, "The title or the legal basis is missing or too long.",
            "Give each on one line of at most 500 bytes.";
        SealingKeyMissing = 5, "The authority has no key to which filers could seal what only it may read.",
            "Let the authority be certified with a sealing key before it opens a confidential register.";
        RecordKnown = 6, "This subject has filed for this period already.",
            "File a correction that names the latest version and says why.";
        RecordUnknown = 7, "There is no such record.",
            "Look the record up; its id follows from register, subject and period.";
        VersionNotLatest = 8, "The version that is named is not the record's latest.",
            "Look up the record's latest version and name that one.";
        ReasonUnfit = 9, "The reason for the correction is missing or too long.",
            "Say on one line of at most 500 bytes why the version is replaced.";
        AlreadyDecided = 10, "The version has been accepted or refused already.",
            "Nothing needs to be done; a correction is a new version and is decided on its own.";
        TooManyCells = 11, "The record has more than 64 cells.",
            "Split the register's structure into several registers.";
        TooManyLinks = 12, "The version links to more than 32 records.",
            "Name the records that it rests on directly.";
        LinkUnknown = 13, "The version links to a record that does not exist.",
            "Correct the link, or file what it leads to first.";
        RegionEnded = 14, "The register's region has ended.",
            "Open the register for its successor: `chancery query region CODE` names it.";
    }
}
