//! The states by their codes (FIPS 5-2) and the highest county code of each (FIPS 6-4): facts for judging codes.

use super::row::StateCode;

/// A state, district or territory that has counties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Two digits.
    pub code: StateCode,
    /// Two letters.
    pub letters: &'static str,
    /// The name.
    pub name: &'static str,
    /// The highest county code given out.
    pub county_max: u16,
}

const fn state(code: u8, letters: &'static str, name: &'static str, county_max: u16) -> State {
    State { code: StateCode(code), letters, name, county_max }
}

/// All of them, by code.
pub const STATES: &[State] = &[
    state(1, "AL", "Alabama", 133),
    state(2, "AK", "Alaska", 290),
    state(4, "AZ", "Arizona", 27),
    state(5, "AR", "Arkansas", 149),
    state(6, "CA", "California", 115),
    state(8, "CO", "Colorado", 125),
    state(9, "CT", "Connecticut", 15),
    state(10, "DE", "Delaware", 5),
    state(11, "DC", "District of Columbia", 1),
    state(12, "FL", "Florida", 133),
    state(13, "GA", "Georgia", 321),
    state(15, "HI", "Hawaii", 9),
    state(16, "ID", "Idaho", 87),
    state(17, "IL", "Illinois", 203),
    state(18, "IN", "Indiana", 183),
    state(19, "IA", "Iowa", 197),
    state(20, "KS", "Kansas", 209),
    state(21, "KY", "Kentucky", 239),
    state(22, "LA", "Louisiana", 127),
    state(23, "ME", "Maine", 31),
    state(24, "MD", "Maryland", 510),
    state(25, "MA", "Massachusetts", 27),
    state(26, "MI", "Michigan", 165),
    state(27, "MN", "Minnesota", 173),
    state(28, "MS", "Mississippi", 163),
    state(29, "MO", "Missouri", 510),
    state(30, "MT", "Montana", 111),
    state(31, "NE", "Nebraska", 185),
    state(32, "NV", "Nevada", 510),
    state(33, "NH", "New Hampshire", 19),
    state(34, "NJ", "New Jersey", 41),
    state(35, "NM", "New Mexico", 61),
    state(36, "NY", "New York", 123),
    state(37, "NC", "North Carolina", 199),
    state(38, "ND", "North Dakota", 105),
    state(39, "OH", "Ohio", 175),
    state(40, "OK", "Oklahoma", 153),
    state(41, "OR", "Oregon", 71),
    state(42, "PA", "Pennsylvania", 133),
    state(44, "RI", "Rhode Island", 9),
    state(45, "SC", "South Carolina", 91),
    state(46, "SD", "South Dakota", 137),
    state(47, "TN", "Tennessee", 189),
    state(48, "TX", "Texas", 507),
    state(49, "UT", "Utah", 57),
    state(50, "VT", "Vermont", 27),
    state(51, "VA", "Virginia", 840),
    state(53, "WA", "Washington", 77),
    state(54, "WV", "West Virginia", 109),
    state(55, "WI", "Wisconsin", 141),
    state(56, "WY", "Wyoming", 45),
    state(72, "PR", "Puerto Rico", 153),
];
