package tree

import "golang.org/x/sys/cpu"

// job is what addAVX2 works on. The pointers are to the first of as many as counted.
type job struct {
	splits *split
	ends   *end
	leaves *float64
	says   *uint8
	terms  *term
	u      *vec
	share  *vec
	at     *vec
	phi    *vec

	nSplits, nEnds, nLeaves, nRoots int
}

// addAVX2 is addPlain for a forest with at least one split, end and leaf, operation by operation, so that it gives the
// same bytes. Written in assembly since a row with reasons takes a fifth of the time (BenchmarkPlainContributions).
//
//go:noescape
func addAVX2(j *job)

var hasAVX2 = cpu.X86.HasAVX2

// add is addPlain.
func (f *forest) add(w *room, terms []term, b *block) {
	if !hasAVX2 || len(f.ends) == 0 || len(f.leaves) == 0 {
		f.addPlain(w, terms, b)
		return
	}
	n := len(f.splits) + len(f.ends) + len(f.leaves)
	addAVX2(&job{
		splits: &f.splits[0], ends: &f.ends[0], leaves: &f.leaves[0], says: &w.says[f.first:][:len(f.splits)+len(f.ends)][0],
		terms: &terms[0], u: &b.u, share: &b.share, at: &w.at[:n][0], phi: &w.phi[0],
		nSplits: len(f.splits), nEnds: len(f.ends), nLeaves: len(f.leaves), nRoots: f.roots,
	})
}
