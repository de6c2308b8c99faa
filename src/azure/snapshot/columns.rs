//! The binary part of a snapshot: rows to columns of numbers and back.

/// One interval of one tag: inclusive addresses, and the numbers of the tag's service and region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub first: u128,
    pub last: u128,
    pub service: u128,
    pub region: u128,
}

/// A size that is no power of two follows this as a number.
const ANY_SIZE: u8 = 0xff;

/// The region of the row before.
const SAME_REGION: u128 = 0;

/// Appends sorted `rows`.
pub(super) fn write(rows: &[Row], out: &mut Vec<u8>) {
    let [mut firsts, mut sizes, mut services, mut regions] = [const { Vec::new() }; 4];
    let (mut before, mut region) = (0, 0);
    for row in rows {
        put(row.first - before, &mut firsts);
        put_size(row.last - row.first, &mut sizes);
        put(row.service, &mut services);
        put(if row.region == region { SAME_REGION } else { row.region + 1 }, &mut regions);
        (before, region) = (row.first, row.region);
    }
    for column in [firsts, sizes, services, regions] {
        put(column.len() as u128, out);
        out.extend(column);
    }
}

/// Takes rows off the front of `bytes`; `None` if they are not what [`write()`] writes.
pub(super) fn read(bytes: &mut &[u8]) -> Option<Vec<Row>> {
    let mut column = || {
        let length = usize::try_from(take(bytes)?).ok()?;
        bytes.split_off(..length)
    };
    let (mut firsts, mut sizes, mut services, mut regions) = (column()?, column()?, column()?, column()?);
    let (mut rows, mut before, mut region) = (Vec::new(), 0u128, 0);
    while !firsts.is_empty() {
        let first = before.checked_add(take(&mut firsts)?)?;
        let last = first.checked_add(take_size(&mut sizes)?)?;
        region = match take(&mut regions)? {
            SAME_REGION => region,
            other => other - 1,
        };
        rows.push(Row { first, last, service: take(&mut services)?, region });
        before = first;
    }
    (sizes.is_empty() && services.is_empty() && regions.is_empty()).then_some(rows)
}

/// `beyond` is the size less one, so that the whole of IPv6 fits.
fn put_size(beyond: u128, out: &mut Vec<u8>) {
    let bits = beyond.trailing_ones();
    if beyond.count_ones() == bits {
        out.push(bits as u8);
    } else {
        out.push(ANY_SIZE);
        put(beyond, out);
    }
}

fn take_size(bytes: &mut &[u8]) -> Option<u128> {
    match *bytes.split_off_first()? {
        0 => Some(0),
        bits @ 1..=128 => Some(u128::MAX >> (128 - bits)),
        ANY_SIZE => take(bytes),
        _ => None,
    }
}

/// LEB128: seven bits a byte, the lowest first, the top bit set where more follow.
fn put(mut number: u128, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u128> {
    let mut number = 0;
    for shift in (0..128).step_by(7) {
        let byte = *bytes.split_off_first()?;
        let part = u128::from(byte & 0x7f);
        if part.leading_zeros() < shift {
            return None;
        }
        number |= part << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn extremes_return() {
        let row = |first, last| Row { first, last, service: 0, region: 3 };
        let rows = [row(0, u128::MAX), row(0, 6), row(1, 1), row(u128::MAX, u128::MAX)];
        let mut bytes = Vec::new();
        write(&rows, &mut bytes);
        assert_eq!(read(&mut bytes.as_slice()).unwrap(), rows);
    }

    proptest! {
        #[test]
        fn rows_return(raw in proptest::collection::vec(any::<(u128, u128, u8, u8)>(), 0..20)) {
            let row = |&(a, b, s, r): &(u128, u128, u8, u8)| Row { first: a.min(b), last: a.max(b), service: s.into(), region: r.into() };
            let mut rows: Vec<Row> = raw.iter().map(row).collect();
            rows.sort();
            let mut bytes = Vec::new();
            write(&rows, &mut bytes);
            prop_assert_eq!(read(&mut bytes.as_slice()).unwrap(), rows);
        }

        #[test]
        fn noise_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&mut bytes.as_slice());
        }
    }
}
