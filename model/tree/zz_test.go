package tree

import "testing"

func BenchmarkZForest(b *testing.B) {
	sc, x := benchmarked(100)
	r := sc.reasons()
	w := sc.enter(row(x, 0))
	w.growReasons(r, len(x))
	r.inquiry.ask(w.says[:r.questions], w.row)
	g := &r.groups[0]
	n := 0
	for k := range g.forests {
		g.forests[k].forget(w.says[g.forests[k].first:])
		n += len(g.forests[k].splits) + len(g.forests[k].ends)
	}
	b.Run("one", func(b *testing.B) {
		f := &g.forests[0]
		for b.Loop() {
			f.add(w.phi[:len(x)], w, g.terms[0][0], &g.rule[0].u)
		}
		m := len(f.splits) + len(f.ends)
		b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(m)*3.65, "cycles/q")
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			for k := range g.forests {
				g.forests[k].add(w.phi[:len(x)], w, g.terms[k][0], &g.rule[0].u)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(n)*3.65, "cycles/q")
	})
	b.Run("ask", func(b *testing.B) {
		for b.Loop() {
			r.inquiry.ask(w.says[:r.questions], w.row)
		}
	})
	rows := make([][]float64, 100)
	for i := range rows {
		rows[i] = row(x, i)
	}
	i := 0
	b.Run("askmany", func(b *testing.B) {
		for b.Loop() {
			i++
			rooms.Put(w)
			w = sc.enter(rows[i%100])
			r.inquiry.ask(w.says[:r.questions], w.row)
		}
	})
}
