package glm

// All sums are taken in a fixed order, so that a result is the same in every run and for any number of
// threads.

// vector is one block of rows.
type vector = [block]float64

func dot(a, b *vector) float64 {
	var s0, s1, s2, s3 float64
	for i := 0; i < block; i += 4 {
		s0 += float64(a[i] * b[i])
		s1 += float64(a[i+1] * b[i+1])
		s2 += float64(a[i+2] * b[i+2])
		s3 += float64(a[i+3] * b[i+3])
	}
	return (s0 + s1) + (s2 + s3)
}

// dot4 returns the products of four columns with b, reading b once.
func dot4(a0, a1, a2, a3, b *vector) (s0, s1, s2, s3 float64) {
	for i, v := range b {
		s0 += float64(a0[i] * v)
		s1 += float64(a1[i] * v)
		s2 += float64(a2[i] * v)
		s3 += float64(a3[i] * v)
	}
	return
}

// dot24 returns the products of two columns with four others.
func dot24(a0, a1, b0, b1, b2, b3 *vector) (s00, s01, s02, s03, s10, s11, s12, s13 float64) {
	for i := range a0 {
		x, y := a0[i], a1[i]
		v := b0[i]
		s00 += float64(x * v)
		s10 += float64(y * v)
		v = b1[i]
		s01 += float64(x * v)
		s11 += float64(y * v)
		v = b2[i]
		s02 += float64(x * v)
		s12 += float64(y * v)
		v = b3[i]
		s03 += float64(x * v)
		s13 += float64(y * v)
	}
	return
}

// sparseDot returns the product of the kept values with b.
func sparseDot(at []uint8, value []float64, b *vector) float64 {
	value = value[:len(at)]
	var s0, s1 float64
	i := 0
	for ; i+2 <= len(at); i += 2 {
		s0 += float64(value[i] * b[at[i]%block])
		s1 += float64(value[i+1] * b[at[i+1]%block])
	}
	if i < len(at) {
		s0 += float64(value[i] * b[at[i]%block])
	}
	return s0 + s1
}

// axpy adds f times x to y.
func axpy(f float64, x, y *vector) {
	for i, v := range x {
		y[i] += float64(f * v)
	}
}

// axpy4 adds four columns, each times its factor, to y.
func axpy4(f *[4]float64, x0, x1, x2, x3, y *vector) {
	f0, f1, f2, f3 := f[0], f[1], f[2], f[3]
	for i := range y {
		y[i] += (float64(f0*x0[i]) + float64(f1*x1[i])) + (float64(f2*x2[i]) + float64(f3*x3[i]))
	}
}

// sparseAxpy adds f times the kept values to y.
func sparseAxpy(f float64, at []uint8, value []float64, y *vector) {
	value = value[:len(at)]
	for i, a := range at {
		y[a%block] += float64(f * value[i])
	}
}
