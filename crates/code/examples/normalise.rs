//! Brings marshalled data into normal form, so that what two programs wrote can be compared.
//!
//! `cargo run -p taipan-code --example normalise < in > out`; a `.pyc` header is kept as it is.

use std::io::{Error, Read, Write};

use taipan_code::marshal::normalise;
use taipan_code::pyc::PycHeader;

fn main() -> Result<(), Error> {
    let mut data = Vec::new();
    std::io::stdin().read_to_end(&mut data)?;
    let body = PycHeader::read(&data).map_or(0, |(_, body)| data.len() - body.len());
    let normal = normalise(&data[body..]).map_err(Error::other)?;
    let mut out = std::io::stdout().lock();
    out.write_all(&data[..body])?;
    out.write_all(&normal)
}
