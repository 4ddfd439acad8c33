//! How applications, kinds of transaction, roles and members are called, in English and Chinese.

use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::record::{Member, Role};
use chancery_ledger::rejection::LEDGER;
use chancery_portal::view::Text;
use chancery_statistics::ids::STATISTICS;
use chancery_types::event::RECORDS;
use chancery_types::ids::{ApplicationId, MemberId};
use chancery_types::member::MemberKind;

/// English words with their Chinese translation.
pub(super) fn both(english: impl Into<String>, chinese: impl Into<String>) -> Text {
    Text::new("en", english).with("zh-Hans", chinese)
}

/// Words that members filed; the ledger does not say in which language.
pub(super) fn as_filed(text: impl Into<String>) -> Text {
    Text::new("", text)
}

/// The number of the kind "publish a figure" within the statistics application.
pub(super) const PUBLISH: u32 = 4;

/// What a transaction asks for, by the number of its variant within its application.
const KINDS: &[(ApplicationId, u32, &str, &str)] = &[
    (IDENTITY, 0, "Add a region", "增设地区"),
    (IDENTITY, 1, "Certify an authority", "认证机关"),
    (IDENTITY, 2, "Register members", "登记成员"),
    (IDENTITY, 3, "Accept an invitation", "接受邀请"),
    (IDENTITY, 4, "Add a key", "增加密钥"),
    (IDENTITY, 5, "End a key", "吊销密钥"),
    (IDENTITY, 6, "Grant a role", "授予职责"),
    (IDENTITY, 7, "Take back a role", "收回职责"),
    (IDENTITY, 8, "End a member", "终止成员"),
    (IDENTITY, 9, "Invite again", "再次邀请"),
    (IDENTITY, 10, "Announce a suspension", "公告停职"),
    (IDENTITY, 11, "Lift a suspension", "解除停职"),
    (IDENTITY, 12, "Have another authority take over", "指定接管机关"),
    (IDENTITY, 13, "Vouch for a member", "为成员作证"),
    (IDENTITY, 14, "Vouch no longer", "撤回作证"),
    (IDENTITY, 15, "Give a new name", "更名"),
    (IDENTITY, 16, "Merge or split regions", "合并或拆分地区"),
    (IDENTITY, 17, "Merge or split authorities", "合并或拆分机关"),
    (IDENTITY, 18, "Register members that were identified", "登记已核验的成员"),
    (IDENTITY, 19, "Record how members were identified", "记录身份核验"),
    (IDENTITY, 20, "Record a calibration", "记录校准"),
    (RECORDS, 0, "Open a register", "设立登记册"),
    (STATISTICS, 0, "Define what is asked", "规定填报内容"),
    (STATISTICS, 1, "Open a period", "开启期间"),
    (STATISTICS, 2, "File returns", "申报"),
    (STATISTICS, 3, "Decide on returns", "审定申报"),
    (STATISTICS, PUBLISH, "Publish a figure", "公布数字"),
];

/// What a transaction asks for.
pub(super) fn kind(application: ApplicationId, kind: Option<u32>) -> Text {
    match KINDS.iter().find(|(of, number, ..)| *of == application && Some(*number) == kind) {
        Some((_, _, english, chinese)) => both(*english, *chinese),
        None => both("A transaction of an unknown kind", "种类不明的交易"),
    }
}

/// An application by name; one that has no words here by the name under which it is installed, or by its number.
pub(super) fn application(id: ApplicationId, installed: &[(ApplicationId, &'static str)]) -> Text {
    match id {
        LEDGER => both("Ledger", "总簿"),
        IDENTITY => both("Identity", "身份"),
        RECORDS => both("Records", "记录"),
        STATISTICS => both("Statistics", "统计"),
        chancery_api::rejection::INTERFACE => both("Interface", "接口"),
        _ => match installed.iter().find(|(other, _)| *other == id) {
            Some((_, name)) => Text::new("en", *name),
            None => both(format!("Application {id}"), format!("应用 {id}")),
        },
    }
}

/// What a role is called.
pub(super) fn role(role: Role) -> Text {
    match role {
        Role::Filer => both("filer", "申报人"),
        Role::Checker => both("checker", "复核人"),
        Role::Approver => both("approver", "批准人"),
        Role::Inspector => both("inspector", "检查员"),
        Role::Adjudicator => both("adjudicator", "裁定人"),
        Role::Auditor => both("auditor", "审计员"),
        Role::Operator => both("operator", "运行人员"),
        Role::Witness => both("witness", "见证人"),
    }
}

/// How many digits of an id stand for a member without a name.
const ID_DIGITS: usize = 8;

/// The public name of a member; for one that has none, its kind and the first digits of its id.
pub(super) fn member_name(id: &MemberId, member: Option<&Member>) -> Text {
    if let Some(name) = member.and_then(|member| member.name.as_ref()) {
        return as_filed(name);
    }
    let digits: String = id.to_string().chars().take(ID_DIGITS).collect();
    let (english, chinese) = match member.map(|member| member.kind) {
        Some(MemberKind::Person) => ("Person", "个人"),
        Some(MemberKind::Device) => ("Device", "设备"),
        Some(MemberKind::Authority) => ("Authority", "机关"),
        Some(MemberKind::Organisation) => ("Organisation", "机构"),
        Some(MemberKind::Node) => ("Node", "节点"),
        None => ("Member", "成员"),
    };
    both(format!("{english} {digits}"), format!("{chinese} {digits}"))
}
