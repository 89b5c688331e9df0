//! The rows of the catalogue: every id, with how hard its clause is, in the catalogue's order. Each has a case or a reason.

use super::super::level::{Level, Strength};

/// One row: its id, and behind it `!` for must, `~` for should, `i` for information only.
const MARKED: [&str; 160] = [
    "C-R01!", "C-R02!", "C-R03!", "C-R04!", "C-R05!", "C-R06!", "C-R07!", "C-R08!", "C-R09!", "C-R10!", "C-R11!",
    "C-R12!", "C-R13~", "C-R14!", "C-R15~", "C-R16~", "C-N01!", "C-N02!", "C-N03!", "C-N04!", "C-N05!", "C-N06!",
    "C-N07~", "C-N08!", "C-N09!", "C-N10!", "C-N11!", "C-N12!", "C-N13!", "C-N14~", "C-N15~", "C-T01!", "C-T02!",
    "C-T03~", "C-T04!", "C-T05!", "C-T06~", "C-L01!", "C-L02!", "C-L03~", "C-L04~", //
    "R-D01!", "R-D02!", "R-D03!", "R-D04!", "R-D05!", "R-D06!", "R-D07!", "R-D08!", "R-D09~", "R-D10!", "R-D11!",
    "R-D12~", "R-D13~", "R-D14~", "R-A01!", "R-A02!", "R-A03!", "R-A04~", "R-A05~", "R-A06~", "R-M01!", "R-M02!",
    "R-M03!", "R-M04~", "R-M05~", "R-M06~", "R-M07i", "R-M08!", "R-M09~", "R-M10~", "R-V01!", "R-V02!", "R-V03~",
    "R-V04!", "R-V05!", "R-V06!", "R-V07!", "R-V08!", "R-V09~", "R-V10~", "R-V11!", "R-V12~", "R-V13!", "R-V14~",
    "R-V15~", "R-P01!", "R-P02!", "R-P03~", "R-P04~", "R-P05!", "R-P06!", "R-P07~", "R-P08~", "R-C01!", "R-C02!",
    "R-C03!", "R-C04~", "R-C05!", "R-C06!", "R-C07!", "R-C08~", "R-C09~", //
    "S-W01!", "S-W02!", "S-W03!", "S-W04!", "S-W05!", "S-W06!", "S-W07~", "S-W08!", "S-W09!", "S-W10!", "S-W11!",
    "S-W12!", "S-W13~", "S-W14~", "S-W15!", "S-W16i", "S-T01!", "S-T02!", "S-T03!", "S-T04!", "S-T05!", "S-T06!",
    "S-T07!", "S-T08!", "S-T09!", "S-T10~", "S-O01!", "S-O02!", "S-O03!", "S-O04!", "S-O05!", "S-O06~", "S-O07!",
    "S-O08~", "S-O09~", "S-O10~", "S-O11!", "S-X01!", "S-X02!", "S-X03!", "S-X04!", "S-X05!", "S-X06!", "S-X07~",
    "S-X08!", "S-X09~", "S-X10!", "S-H01~", "S-H02!", "S-H03!", "S-H04!", "S-H05~", "S-H06~", "S-H07~", "S-H08~",
    "S-H09~", "S-H10~",
];

/// One row of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id, such as `R-D05`.
    pub id: &'static str,
    /// The level from which it is asked, by the id's first letter.
    pub level: Level,
    /// How hard its clause is.
    pub strength: Strength,
}

/// Every row, in the catalogue's order.
pub fn rows() -> impl Iterator<Item = Row> {
    MARKED.into_iter().filter_map(|marked| {
        let (id, mark) = marked.split_at_checked(marked.len().checked_sub(1)?)?;
        let strength = match mark {
            "!" => Strength::Must,
            "~" => Strength::Should,
            _ => Strength::Info,
        };
        let level = match id.as_bytes().first()? {
            b'C' => Level::Core,
            b'R' => Level::Resilient,
            _ => Level::Secure,
        };
        Some(Row { id, level, strength })
    })
}
