//! What compiled kernels need of a machine and find nowhere in WebAssembly: memory, and the products and inverses of
//! small matrices. Sines and the like come with Rust's own compiler-builtins.
#![no_std]

use core::panic::PanicInfo;

const ALIGNMENT: usize = 64;
const PAGE: usize = 65_536;

extern "C" {
    static __heap_base: u8;
    fn log(x: f64) -> f64;
    fn log1p(x: f64) -> f64;
    fn hypot(x: f64, y: f64) -> f64;
}

static mut TOP: usize = 0;

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

fn aligned(bytes: usize) -> usize {
    (bytes + ALIGNMENT - 1) & !(ALIGNMENT - 1)
}

/// Take so many bytes from the top of memory; nothing is given back but by `back_to`.
#[no_mangle]
pub unsafe extern "C" fn take(bytes: usize) -> usize {
    let start = mark();
    TOP = start + aligned(bytes);
    let have = core::arch::wasm32::memory_size(0) * PAGE;
    if TOP > have && core::arch::wasm32::memory_grow(0, (TOP - have + PAGE - 1) / PAGE) == usize::MAX {
        core::arch::wasm32::unreachable()
    }
    start
}

/// Return the top of what is taken.
#[no_mangle]
pub unsafe extern "C" fn mark() -> usize {
    if TOP == 0 {
        TOP = aligned(&__heap_base as *const u8 as usize);
    }
    TOP
}

/// Give back everything that was taken since `mark` returned `top`.
#[no_mangle]
pub unsafe extern "C" fn back_to(top: usize) {
    TOP = top;
}

/// An array's owner, laid out as numba lays it out for 32-bit pointers.
#[repr(C)]
pub struct Owner {
    references: u64,
    destructor: usize,
    about: usize,
    data: usize,
    size: u64,
    allocator: usize,
}

unsafe fn owned(bytes: i64) -> *mut Owner {
    let head = core::mem::size_of::<Owner>();
    let owner = take(aligned(head) + bytes as usize) as *mut Owner;
    *owner = Owner {
        references: 1,
        destructor: 0,
        about: 0,
        data: owner as usize + aligned(head),
        size: bytes as u64,
        allocator: 0,
    };
    owner
}

#[no_mangle]
pub unsafe extern "C" fn NRT_Allocate(bytes: i64) -> usize {
    take(bytes as usize)
}

#[no_mangle]
pub extern "C" fn NRT_Free(_: usize) {}

#[no_mangle]
pub unsafe extern "C" fn NRT_MemInfo_alloc_aligned(bytes: i64, _: i32) -> *mut Owner {
    owned(bytes)
}

#[no_mangle]
pub unsafe extern "C" fn NRT_MemInfo_alloc(bytes: i64) -> *mut Owner {
    owned(bytes)
}

/// A list, of which none grows.
#[no_mangle]
pub unsafe extern "C" fn NRT_MemInfo_new_varsize_dtor(bytes: i64, _: usize) -> *mut Owner {
    owned(bytes)
}

#[no_mangle]
pub extern "C" fn NRT_MemInfo_call_dtor(_: usize) {}

macro_rules! trap {
    ($($name:ident ( $($kind:ty),* ) -> $back:ty;)*) => {$(
        /// Reached by an exception alone, and no kernel of the engine raises one.
        #[no_mangle]
        pub extern "C" fn $name($(_: $kind),*) -> $back {
            core::arch::wasm32::unreachable()
        }
    )*};
}

trap! {
    NRT_MemInfo_varsize_realloc(usize, i64) -> usize;
    PyErr_SetString(usize, usize) -> ();
    Py_FatalError(usize) -> ();
    numba_gil_ensure(usize) -> ();
    numba_fatal_error() -> i32;
}

#[no_mangle]
pub static PyExc_RuntimeError: usize = 0;

#[no_mangle]
pub unsafe extern "C" fn asinh(x: f64) -> f64 {
    let size = if x < 0.0 { -x } else { x };
    let root = hypot(size, 1.0);
    let found = if size >= 67_108_864.0 {
        log(size) + core::f64::consts::LN_2
    } else if size >= 2.0 {
        log(2.0 * size + 1.0 / (root + size))
    } else if size >= 1.490_116_119_384_765_6e-8 {
        log1p(size + size * size / (root + 1.0))
    } else {
        size
    };
    if x < 0.0 { -found } else { found }
}

/// The status that numba's linear algebra gives when all is well.
const GOOD: i32 = 0;

fn turned(flag: u8) -> bool {
    flag == b't' || flag == b'T'
}

unsafe fn at(matrix: *const f64, leading: i64, row: i64, column: i64, turned: bool) -> f64 {
    let (row, column) = if turned { (column, row) } else { (row, column) };
    *matrix.offset((row + column * leading) as isize)
}

/// Put the product of two vectors into `out`.
#[no_mangle]
pub unsafe extern "C" fn numba_xxdot(_: u8, _: u8, n: i64, a: *const f64, b: *const f64, out: *mut f64) -> i32 {
    *out = (0..n as isize).map(|i| *a.offset(i) * *b.offset(i)).sum();
    GOOD
}

/// `y = alpha a x + beta y`, the matrix column by column as in BLAS.
#[no_mangle]
pub unsafe extern "C" fn numba_xxgemv(
    _: u8, flag: u8, m: i64, n: i64, alpha: *const f64, a: *const f64, leading: i64, x: *const f64, beta: *const f64, y: *mut f64,
) -> i32 {
    let (rows, inner) = if turned(flag) { (n, m) } else { (m, n) };
    for i in 0..rows {
        let sum: f64 = (0..inner).map(|j| at(a, leading, i, j, turned(flag)) * *x.offset(j as isize)).sum();
        put(y.offset(i as isize), *alpha * sum, *beta);
    }
    GOOD
}

unsafe fn put(place: *mut f64, value: f64, beta: f64) {
    *place = if beta == 0.0 { value } else { value + beta * *place };
}

/// `c = alpha a b + beta c`, the matrices column by column as in BLAS.
#[no_mangle]
pub unsafe extern "C" fn numba_xxgemm(
    _: u8, flag_a: u8, flag_b: u8, m: i64, n: i64, k: i64, alpha: *const f64, a: *const f64, leading_a: i64, b: *const f64,
    leading_b: i64, beta: *const f64, c: *mut f64, leading_c: i64,
) -> i32 {
    for j in 0..n {
        for i in 0..m {
            let sum: f64 =
                (0..k).map(|l| at(a, leading_a, i, l, turned(flag_a)) * at(b, leading_b, l, j, turned(flag_b))).sum();
            put(c.offset((i + j * leading_c) as isize), *alpha * sum, *beta);
        }
    }
    GOOD
}

/// Part a square matrix into lower and upper triangles in its place, rows exchanged for the largest pivot.
#[no_mangle]
pub unsafe extern "C" fn numba_xxgetrf(_: u8, m: i64, n: i64, a: *mut f64, leading: i64, pivots: *mut i32) -> i32 {
    let place = |row: i64, column: i64| a.offset((row + column * leading) as isize);
    let size = |value: f64| if value < 0.0 { -value } else { value };
    for c in 0..n {
        let mut pivot = c;
        for row in c + 1..m {
            if size(*place(row, c)) > size(*place(pivot, c)) {
                pivot = row;
            }
        }
        *pivots.offset(c as isize) = pivot as i32 + 1;
        if *place(pivot, c) == 0.0 {
            return c as i32 + 1;
        }
        if pivot != c {
            for j in 0..n {
                core::ptr::swap(place(c, j), place(pivot, j));
            }
        }
        for row in c + 1..m {
            *place(row, c) /= *place(c, c);
            for j in c + 1..n {
                *place(row, j) -= *place(row, c) * *place(c, j);
            }
        }
    }
    GOOD
}

/// Larger than every matrix that the kernels invert.
const LARGEST: usize = 8;

/// Turn what `numba_xxgetrf` left into the inverse.
#[no_mangle]
pub unsafe extern "C" fn numba_ez_xxgetri(_: u8, n: i64, a: *mut f64, leading: i64, pivots: *const i32) -> i32 {
    let n = n as usize;
    if n > LARGEST {
        core::arch::wasm32::unreachable()
    }
    let place = |row: usize, column: usize| a.add(row + column * leading as usize);
    let mut inverse = [[0.0; LARGEST]; LARGEST];
    for (c, x) in inverse.iter_mut().enumerate().take(n) {
        x[c] = 1.0;
        for i in 0..n {
            x.swap(i, *pivots.add(i) as usize - 1);
        }
        for i in 0..n {
            for j in 0..i {
                x[i] -= *place(i, j) * x[j];
            }
        }
        for i in (0..n).rev() {
            for j in i + 1..n {
                x[i] -= *place(i, j) * x[j];
            }
            x[i] /= *place(i, i);
        }
    }
    for (c, x) in inverse.iter().enumerate().take(n) {
        for (i, value) in x.iter().enumerate().take(n) {
            *place(i, c) = *value;
        }
    }
    GOOD
}

/// Arrays of the engine lie row by row without gaps, so that another shape is the same numbers with other strides.
#[no_mangle]
pub unsafe extern "C" fn numba_attempt_nocopy_reshape(
    _: i64, _: *const i64, _: *const i64, dimensions: i64, shape: *const i64, strides: *mut i64, item: i64, _: i32,
) -> i32 {
    let mut stride = item;
    for i in (0..dimensions as isize).rev() {
        *strides.offset(i) = stride;
        stride *= *shape.offset(i);
    }
    1
}
