//! Drawing lots.

use fastrand::Rng;

/// One of several, each as likely as it is often in the list.
pub fn pick<T: Copy>(random: &mut Rng, from: &[T]) -> T {
    from[random.usize(..from.len())]
}

pub fn one_in(random: &mut Rng, chances: u32) -> bool {
    random.u32(..chances) == 0
}
