//! A fault that only a fuzzer sees: it takes coverage to come to it, and AddressSanitizer to notice it.

/// Uses freed memory if the input begins with the word, which is compared byte by byte.
pub fn run(input: &[u8]) {
    let mut rest = input.iter();
    for wanted in b"wire" {
        if rest.next() != Some(wanted) {
            return;
        }
    }
    let held = Box::new(input.len());
    let lost: *const usize = &raw const *held;
    drop(held);
    // SAFETY: none; this is the fault.
    let read = unsafe { lost.read_volatile() };
    std::hint::black_box(read);
}
