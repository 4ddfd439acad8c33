//! Who is there: a country of provinces and counties, and in each county members who file for themselves and an office
//! that files for them.

use super::folder::Folder;
use crate::exit::Exit;
use crate::output::Output;
use chancery_client::Client;
use chancery_client::enrolment::{Enrolment, Intake, Newcomer};
use chancery_client::keyring::Keyring;
use chancery_client::pipeline::Pipeline;
use chancery_client::signing::Signer;
use chancery_kernel::identity::genesis::FoundingAuthority;
use chancery_kernel::identity::transaction::NewRegion;
use chancery_types::code::{Domain, RegionCode};

/// The code of the whole country.
pub(crate) const COUNTRY: &str = "XB";
/// The label of the one authority's keys.
pub(crate) const AUTHORITY: &str = "authority";
/// The domain of all registers.
pub(crate) const DOMAIN: &str = "statistics";
/// How many members a county has.
pub(crate) const COUNTY_MEMBERS: usize = 200;
/// How many counties a province has.
pub(crate) const PROVINCE_COUNTIES: usize = 16;
/// The most members: with more the country would have more provinces than a whole may have parts.
pub(crate) const MEMBERS_MAX: usize = 256 * PROVINCE_COUNTIES * COUNTY_MEMBERS;

/// How large the country is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    counties: usize,
}

impl Size {
    /// So many members, rounded up to whole counties.
    pub(crate) const fn of(members: usize) -> Self {
        let counties = members.div_ceil(COUNTY_MEMBERS);
        Self { counties: if counties == 0 { 1 } else { counties } }
    }

    pub(crate) const fn members(self) -> usize {
        self.counties * COUNTY_MEMBERS
    }

    pub(crate) const fn counties(self) -> usize {
        self.counties
    }

    /// The provinces' numbers.
    pub(crate) const fn provinces(self) -> usize {
        self.counties.div_ceil(PROVINCE_COUNTIES)
    }
}

/// Everyone with their keys.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) size: Size,
    /// The authority that supervises all registers.
    pub(crate) authority: Signer,
    /// Members, county after county.
    filers: Vec<Signer>,
    /// One office for each county.
    offices: Vec<Signer>,
}

/// A region's code: the country, a province, or a county.
pub(crate) fn province_code(province: usize) -> String {
    format!("{COUNTRY}-{province:03}")
}

/// A county's code.
pub(crate) fn county_code(county: usize) -> String {
    format!("{}-{county:04}", province_code(county / PROVINCE_COUNTIES))
}

fn filer_label(member: usize) -> String {
    format!("filer/{member}")
}

fn office_label(county: usize) -> String {
    format!("office/{county}")
}

impl World {
    /// Those of a founded network, as their keys follow from its secret. Nobody is enrolled here.
    pub(crate) fn of(folder: &Folder) -> Result<Self, Exit> {
        let (genesis, keyring, size) = (folder.site.genesis()?, folder.site.keyring()?, folder.size());
        let authority = &genesis.document.authority;
        let founding = FoundingAuthority {
            name: authority.name.clone(),
            act: authority.act.clone(),
            key: authority.key,
            domains: authority.domains.clone(),
            sealing_key: authority.sealing_key,
        };
        let network = genesis.network;
        let authority = Signer { network, member: founding.id(), key: keyring.signing_key(AUTHORITY) };
        let signers = |labels: &mut dyn Iterator<Item = String>| -> Vec<Signer> {
            labels.map(|label| crate::demo::authorities::derived(&keyring, network, authority.member, &label)).collect()
        };
        Ok(Self {
            filers: signers(&mut (0..size.members()).map(filer_label)),
            offices: signers(&mut (0..size.counties()).map(office_label)),
            size,
            authority,
        })
    }

    /// A member who files for itself.
    pub(crate) fn filer(&self, member: usize) -> Result<&Signer, Exit> {
        self.filers.get(member).ok_or_else(|| Exit::failed(format!("there is no member {member}")))
    }

    /// The office that files for a county.
    pub(crate) fn office(&self, county: usize) -> Result<&Signer, Exit> {
        self.offices.get(county).ok_or_else(|| Exit::failed(format!("there is no county {county}")))
    }

    /// Registers regions, members and offices, in batches, and binds their keys.
    pub(crate) async fn enrol(
        &self,
        client: &Client,
        pipeline: &Pipeline,
        keyring: &Keyring,
        output: &Output,
    ) -> Result<(), Exit> {
        let size = self.size;
        output.progress(format!(
            "Enrolling {} members in {} counties of {} provinces …",
            size.members(),
            size.counties(),
            size.provinces()
        ));
        let mut enrolment = Enrolment::afresh(client, pipeline, keyring);
        let provinces = (0..size.provinces()).map(|at| self.region(province_code(at), COUNTRY.to_owned()));
        enrolment.regions(provinces.collect::<Result<_, _>>()?, |_| ()).await?;
        let counties =
            (0..size.counties()).map(|at| self.region(county_code(at), province_code(at / PROVINCE_COUNTIES)));
        enrolment.regions(counties.collect::<Result<_, _>>()?, |_| ()).await?;
        let newcomer = |label: String, region: String| {
            Ok::<_, Exit>(Newcomer { name: label.clone(), label, region: written(&region)?, owner: None })
        };
        let filers = (0..size.members()).map(|at| newcomer(filer_label(at), county_code(at / COUNTY_MEMBERS)));
        // An office stands in the province: whoever files for others has the mandate of a region around theirs.
        let offices = (0..size.counties()).map(|at| newcomer(office_label(at), province_code(at / PROVINCE_COUNTIES)));
        let intake = Intake {
            registrar: self.authority.clone(),
            newcomers: filers.chain(offices).collect::<Result<_, _>>()?,
            files_in: written::<Domain>(DOMAIN)?,
        };
        enrolment.members(vec![intake], |_| ()).await?;
        Ok(())
    }

    fn region(&self, code: String, parent: String) -> Result<(Signer, NewRegion), Exit> {
        let region = NewRegion { code: written::<RegionCode>(&code)?, parent: written(&parent)?, name: code };
        Ok((self.authority.clone(), region))
    }
}

/// A code that is written in this program.
pub(crate) fn written<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Exit> {
    text.parse().map_err(|error| Exit::remedied(format!("{text}: {error}"), "Report this as a fault."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_has_whole_counties() {
        let check = |members: usize, expected: (usize, usize, usize)| {
            let size = Size::of(members);
            assert_eq!((size.members(), size.counties(), size.provinces()), expected, "{members}");
        };
        check(0, (200, 1, 1));
        check(200, (200, 1, 1));
        check(201, (400, 2, 1));
        check(25_600, (25_600, 128, 8));
        check(MEMBERS_MAX, (819_200, 4_096, 256));
    }

    #[test]
    fn codes_of_regions_are_codes() {
        assert_eq!(county_code(17), "XB-001-0017");
        for code in [COUNTRY.to_owned(), province_code(255), county_code(4_095)] {
            written::<RegionCode>(&code).unwrap();
        }
    }
}
