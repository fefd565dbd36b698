//! The door for a page: bytes in, an answer out, through the module's memory, and a word on progress in between.

use std::alloc::{alloc, Layout};

#[link(wasm_import_module = "page")]
extern "C" {
    /// Tells the page now and then how many boxes were judged; it returns, and touches no memory of ours.
    fn boxes_checked(count: u32);
}

/// Room for `length` bytes of a certificate, which `equipoise_check` takes over; null if there is none.
#[no_mangle]
pub extern "C" fn equipoise_room(length: usize) -> *mut u8 {
    match Layout::array::<u8>(length.max(1)) {
        // SAFETY: the layout is not empty.
        Ok(layout) => unsafe { alloc(layout) },
        Err(_) => std::ptr::null_mut(),
    }
}

/// Checks the certificate in a room of `length` bytes, and returns the answer: one byte, 1 for accepted and 0 for rejected, four of the
/// little-endian length of the words that follow, and these in UTF-8. The answer stays until the module ends.
///
/// # Safety
/// `room` comes from `equipoise_room(length)`, was filled, and is given once.
#[no_mangle]
pub unsafe extern "C" fn equipoise_check(room: *mut u8, length: usize) -> *const u8 {
    let bytes = Vec::from_raw_parts(room, length, length.max(1));
    let mut tell = |count: u64| boxes_checked(count as u32);
    let (mark, words) = match crate::check_telling(&bytes, None, &mut tell) {
        Ok(accepted) => (1, accepted.words()),
        Err(fault) => (0, fault),
    };
    let mut answer = vec![mark];
    answer.extend_from_slice(&(words.len() as u32).to_le_bytes());
    answer.extend_from_slice(words.as_bytes());
    Box::leak(answer.into_boxed_slice()).as_ptr()
}
