//! `chancery authority`

use super::remote::RemoteArguments;
use crate::exit::Exit;
use crate::number::table;
use crate::output::Output;
use crate::passphrase::PassphraseArguments;
use chancery_api::view::SuspensionPreview;
use chancery_client::Client;
use chancery_client::randomness::generator;
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::transaction::{
    BodyReform, IdentityTransaction, Lifting, Named, RegionReform, Renaming, SuspensionNotice, TakingOver, Withdrawal,
};
use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use chancery_types::period::Period;
use chancery_types::time::{BlockTime, DAY_MS};
use std::path::PathBuf;

/// What an authority does about those below it: suspend and lift, hand over, vouch, rename, merge and split.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example:\n  chancery authority touched 00112233445566778899aabbccddeeff --on 2027-01-01\n  chancery \
                  authority suspend --key ministry.key 00112233445566778899aabbccddeeff --on 2027-01-01 --touching 12 \
                  --reason \"Keys lent to a contractor\""
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(flatten)]
    passphrase: PassphraseArguments,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Action {
    /// Say exactly whom a suspension would touch, without announcing it.
    Touched {
        /// The authority's id.
        id: MemberId,
        /// On which date; now, if it is left out.
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        on: Option<BlockTime>,
    },
    /// Announce the suspension of an authority below one's own, one to ninety days ahead.
    Suspend {
        #[command(flatten)]
        signer: SignerArguments,
        /// The authority's id.
        id: MemberId,
        /// From which date on.
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        on: BlockTime,
        /// How many members it touches, as `chancery authority touched` has said: nothing is signed if it is another number.
        #[arg(long, value_name = "NUMBER")]
        touching: u64,
        /// Why, for the public.
        #[arg(long)]
        reason: String,
    },
    /// Lift a suspension, or withdraw its notice.
    Lift {
        #[command(flatten)]
        signer: SignerArguments,
        /// The authority's id.
        id: MemberId,
        /// Why, for the public.
        #[arg(long)]
        reason: String,
    },
    /// Put another authority in the place of one that is suspended or has ended.
    TakeOver {
        #[command(flatten)]
        signer: SignerArguments,
        /// The authority that is replaced.
        id: MemberId,
        /// Who comes in its place; one's own id, to take back what was handed on.
        #[arg(long, value_name = "ID")]
        by: MemberId,
        /// Why, for the public.
        #[arg(long)]
        reason: String,
    },
    /// Vouch for a member beside the authority that registered it.
    Vouch {
        #[command(flatten)]
        signer: SignerArguments,
        /// The member's id.
        id: MemberId,
    },
    /// Vouch no longer for a member that another authority registered.
    Withdraw {
        #[command(flatten)]
        signer: SignerArguments,
        /// The member's id.
        id: MemberId,
        /// Why, for the public.
        #[arg(long)]
        reason: String,
    },
    /// Give a region or a member a new name from a date on.
    Rename(Rename),
    /// End regions on a date and name those that they become.
    Regions(Reform<RegionCode>),
    /// End authorities on a date and name those that succeed them.
    Succeed(Reform<MemberId>),
}

#[derive(Clone, Debug, clap::Args)]
struct SignerArguments {
    /// The signing authority's key file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

#[derive(Clone, Debug, clap::Args)]
struct Rename {
    #[command(flatten)]
    signer: SignerArguments,
    /// The region's code.
    #[arg(long, value_name = "CODE", required_unless_present = "member", conflicts_with = "member")]
    region: Option<RegionCode>,
    /// The member's id.
    #[arg(long, value_name = "ID")]
    member: Option<MemberId>,
    /// The new name.
    #[arg(long)]
    name: String,
    /// From which date on.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    on: BlockTime,
    /// The act that says so, as cited.
    #[arg(long)]
    act: String,
}

#[derive(Clone, Debug, clap::Args)]
struct Reform<T: std::str::FromStr<Err: std::error::Error + Send + Sync> + Clone + Send + Sync + 'static> {
    #[command(flatten)]
    signer: SignerArguments,
    /// What ends; may be given several times, for a merger.
    #[arg(long, required = true)]
    ended: Vec<T>,
    /// What succeeds it; may be given several times, for a split.
    #[arg(long, required = true)]
    successor: Vec<T>,
    /// From which date on.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    on: BlockTime,
    /// The act that says so, as cited.
    #[arg(long)]
    act: String,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    match &arguments.action {
        Action::Touched { id, on } => touched(arguments, output, *id, *on),
        Action::Suspend { signer, id, on, touching, reason } => {
            let notice = SuspensionNotice { authority: *id, from: *on, reason: reason.clone() };
            suspend(arguments, output, signer, notice, *touching)
        }
        Action::Lift { signer, id, reason } => {
            let lifting = Lifting { authority: *id, reason: reason.clone() };
            send(arguments, output, signer, &IdentityTransaction::Lift(lifting))
        }
        Action::TakeOver { signer, id, by, reason } => {
            let taking = TakingOver { authority: *id, by: *by, reason: reason.clone() };
            send(arguments, output, signer, &IdentityTransaction::TakeOver(taking))
        }
        Action::Vouch { signer, id } => send(arguments, output, signer, &IdentityTransaction::Vouch(*id)),
        Action::Withdraw { signer, id, reason } => {
            let withdrawal = Withdrawal { member: *id, reason: reason.clone() };
            send(arguments, output, signer, &IdentityTransaction::Withdraw(withdrawal))
        }
        Action::Rename(rename) => {
            let of = rename.region.clone().map(Named::Region).or(rename.member.map(Named::Member));
            let of = of.ok_or_else(|| Exit::usage("Nothing is named", "Give --region or --member."))?;
            let (name, act) = (rename.name.clone(), rename.act.clone());
            let renaming = Renaming { of, name, from: rename.on, act };
            send(arguments, output, &rename.signer, &IdentityTransaction::Rename(renaming))
        }
        Action::Regions(Reform { signer, ended, successor, on, act }) => {
            let (ended, successors, act) = (ended.clone(), successor.clone(), act.clone());
            let reform = RegionReform { ended, successors, from: *on, act };
            send(arguments, output, signer, &IdentityTransaction::ReformRegions(reform))
        }
        Action::Succeed(Reform { signer, ended, successor, on, act }) => {
            let (ended, successors, act) = (ended.clone(), successor.clone(), act.clone());
            let reform = BodyReform { ended, successors, from: *on, act };
            send(arguments, output, signer, &IdentityTransaction::ReformBodies(reform))
        }
    }
}

fn touched(arguments: &Arguments, output: &Output, id: MemberId, on: Option<BlockTime>) -> Result<(), Exit> {
    let preview = arguments.remote.with(|client| async move { whole_preview(&client, id, on).await })?;
    output.result(&preview, |preview| {
        let counts = format!(
            "A suspension would touch {} members ({} of them authorities) and {} roles.\n",
            preview.members_count, preview.authorities_count, preview.roles_count
        );
        let rows = preview.members.iter().map(|member| {
            let kind = format!("{:?}", member.kind).to_lowercase();
            vec![member.id.to_string(), kind, member.region.to_string(), member.name.clone().unwrap_or_default()]
        });
        counts + &table(&rows.collect::<Vec<_>>())
    })
}

/// All members, page by page.
async fn whole_preview(client: &Client, id: MemberId, on: Option<BlockTime>) -> Result<SuspensionPreview, Exit> {
    let mut whole = client.suspension_preview(id, on, None).await?;
    while let Some(after) = whole.next.take() {
        let page = client.suspension_preview(id, on, Some(&after)).await?;
        whole.members.extend(page.members);
        whole.next = page.next;
    }
    Ok(whole)
}

/// What was looked at before is what is signed: between the two a registrar may have registered thousands.
fn suspend(
    arguments: &Arguments,
    output: &Output,
    signer: &SignerArguments,
    notice: SuspensionNotice,
    touching: u64,
) -> Result<(), Exit> {
    let (id, on) = (notice.authority, notice.from);
    let preview =
        arguments.remote.with(|client| async move { Ok(client.suspension_preview(id, Some(on), None).await?) })?;
    if preview.members_count != touching {
        return Err(Exit::remedied(
            format!("the suspension would touch {} members, not {touching}; nothing was signed", preview.members_count),
            "Look with `chancery authority touched` whom it would touch, and give that number.",
        ));
    }
    send(arguments, output, signer, &IdentityTransaction::Suspend(notice))
}

fn send(
    arguments: &Arguments,
    output: &Output,
    signer: &SignerArguments,
    message: &IdentityTransaction,
) -> Result<(), Exit> {
    let done = arguments.remote.with(|client| async move {
        let (signer, _) = super::member_keys(&signer.key, &arguments.passphrase, &client)?;
        Ok(client.carry_out(&signer.sign(IDENTITY, message, client.now(), &mut generator()?)).await?)
    })?;
    let words = format!("Final in block {}: transaction {}", done.height, done.id);
    output.result(&serde_json::json!({ "transaction": done.id, "height": done.height }), |_| words)
}

/// The beginning of a day, UTC.
fn date(text: &str) -> Result<BlockTime, String> {
    match text.parse() {
        Ok(Period::Day(year, month, day)) if year >= 1970 => Ok(BlockTime(days(year, month, day) * DAY_MS)),
        _ => Err("a date from 1970 on is written YYYY-MM-DD".to_owned()),
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar: whole years, and then the days of the year.
fn days(year: u16, month: u8, day: u8) -> u64 {
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let year = u64::from(year);
    let years: u64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let february = if leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before: u64 = months.iter().take(usize::from(month.saturating_sub(1))).sum();
    years + before + u64::from(day.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_the_beginning_of_its_day() {
        for text in ["1970-01-01", "2000-02-29", "2027-01-01", "2100-03-01", "9999-12-31"] {
            assert_eq!(date(text).unwrap().to_string(), format!("{text}T00:00:00Z"));
        }
        for text in ["1969-12-31", "2027-02-29", "2027-01", "tomorrow"] {
            assert!(date(text).is_err(), "{text}");
        }
    }
}
