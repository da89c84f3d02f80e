//! Memory that crosses the C interface: exactly as long as is said, so that AddressSanitizer sees every byte too many.

use framewire::ffi::framewire_str;

/// A text of which no byte more than its own can be read.
#[derive(Debug)]
pub struct Text(Option<Box<[u8]>>);

impl Text {
    /// A text; `None` is an absent one.
    pub fn of(bytes: Option<&[u8]>) -> Self {
        Self(bytes.map(Into::into))
    }

    /// The view that is handed over.
    pub fn view(&self) -> framewire_str {
        match &self.0 {
            Some(bytes) => framewire_str { ptr: bytes.as_ptr().cast(), len: bytes.len() as u64 },
            None => framewire_str { ptr: std::ptr::null(), len: 0 },
        }
    }
}

/// Room for structs, of exactly that many bytes, aligned as the largest field needs.
#[derive(Debug)]
pub struct Room {
    words: Box<[u64]>,
}

impl Room {
    /// Room for `bytes` bytes, brought up to the next multiple of 8, filled with a pattern.
    pub fn new(bytes: usize) -> Self {
        Self { words: vec![0xa5a5_a5a5_a5a5_a5a5; bytes.div_ceil(8)].into() }
    }

    /// Where it lies.
    pub fn pointer<T>(&mut self) -> *mut T {
        self.words.as_mut_ptr().cast()
    }

    /// The struct at `offset`, as it was written.
    pub fn read<T: Copy>(&self, offset: usize) -> T {
        assert!(offset + size_of::<T>() <= self.words.len() * 8);
        // SAFETY: it lies inside, and every pattern of bits is one of these structs.
        unsafe { self.words.as_ptr().cast::<u8>().add(offset).cast::<T>().read_unaligned() }
    }
}

impl Room {
    /// The struct at `offset`, of which only `length` bytes may have been written; the rest is zero.
    pub fn read_cut<T: Copy>(&self, offset: usize, length: usize) -> T {
        let length = length.min(size_of::<T>());
        assert!(offset + length <= self.words.len() * 8);
        let mut value = std::mem::MaybeUninit::<T>::zeroed();
        // SAFETY: it lies inside, and every pattern of bits is one of these structs.
        unsafe {
            let from = self.words.as_ptr().cast::<u8>().add(offset);
            std::ptr::copy_nonoverlapping(from, value.as_mut_ptr().cast::<u8>(), length);
            value.assume_init()
        }
    }
}

/// Reads every byte that is lent.
pub fn touch(view: framewire_str) -> Vec<u8> {
    if view.ptr.is_null() {
        assert_eq!(view.len, 0, "NULL has no length");
        return Vec::new();
    }
    // SAFETY: lent by the library; AddressSanitizer looks whether it is.
    unsafe { std::slice::from_raw_parts(view.ptr.cast::<u8>(), view.len as usize) }.to_vec()
}
