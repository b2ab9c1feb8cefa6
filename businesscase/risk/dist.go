package risk

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// quantile gives the value below which the share u of a distribution lies, u in (0, 1). It never falls as u rises.
type quantile func(u float64) float64

// within keeps u off 0 and 1, where distributions without ends have no quantile: 1e-15 is less than a draw in a
// thousand million million.
func within(u float64) float64 { return math.Min(math.Max(u, 1e-15), 1-1e-15) }

// normal is the u-quantile of the standard normal distribution.
func normal(u float64) float64 { return mathext.NormalQuantile(within(u)) }

// below is the share of the standard normal distribution below z.
func below(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

var (
	z95 = normal(0.95)
	inf = math.Inf(1)
)

// quantileOf is the quantile function of a distribution. Normal and lognormal ones are cut off at low and high, the
// values that the parameter can have at all: what lies outside is taken away and the rest counts as the whole.
func quantileOf(d *proposal.Uncertain, low, high float64) quantile {
	switch {
	case d.Uniform != nil:
		a, b := d.Uniform[0].Value, d.Uniform[1].Value
		return func(u float64) float64 { return a + float64(u*(b-a)) }
	case d.Triangular != nil:
		return triangular(d.Triangular[0].Value, d.Triangular[1].Value, d.Triangular[2].Value)
	case d.Pert != nil:
		a, c, b := d.Pert[0].Value, d.Pert[1].Value, d.Pert[2].Value
		alpha, beta := 1+4*(c-a)/(b-a), 1+4*(b-c)/(b-a)
		return func(u float64) float64 { return a + float64((b-a)*mathext.InvRegIncBeta(alpha, beta, within(u))) }
	case d.Normal != nil:
		mean, sd := d.Normal[0].Value, d.Normal[1].Value
		from, to := below((low-mean)/sd), below((high-mean)/sd)
		return func(u float64) float64 {
			return math.Min(math.Max(mean+float64(sd*normal(from+float64(u*(to-from)))), low), high)
		}
	case d.Lognormal != nil:
		median, sigma := d.Lognormal[0].Value, math.Log(d.Lognormal[1].Value)/z95
		to := 1.0
		if high < inf {
			to = below(math.Log(high/median) / sigma)
		}
		return func(u float64) float64 { return math.Min(median*math.Exp(sigma*normal(u*to)), high) }
	default:
		return posterior(businesscase.RateOf(d.Counted[0].Value, int(d.Counted[1].Value), ""))
	}
}

// triangular has its quantiles in closed form: Johnson (1997), The Triangular Distribution as a Proxy for the Beta
// Distribution, section 2.
func triangular(a, c, b float64) quantile {
	peak := (c - a) / (b - a)
	return func(u float64) float64 {
		if u < peak {
			return a + math.Sqrt(u*(b-a)*(c-a))
		}
		return b - math.Sqrt((1-u)*(b-a)*(b-c))
	}
}

// posterior is the Jeffreys posterior of a measured rate.
func posterior(r businesscase.Rate) quantile {
	return func(u float64) float64 {
		x := [1]float64{within(u)}
		return r.Posterior(x[:])[0]
	}
}

// describe says the distribution, in the parameter's own unit.
func describe(d *proposal.Uncertain) string {
	switch {
	case d.Uniform != nil:
		return fmt.Sprintf("uniform, %s to %s", d.Uniform[0], d.Uniform[1])
	case d.Triangular != nil:
		return fmt.Sprintf("triangular, %s, %s, %s", d.Triangular[0], d.Triangular[1], d.Triangular[2])
	case d.Pert != nil:
		return fmt.Sprintf("PERT, %s, %s, %s", d.Pert[0], d.Pert[1], d.Pert[2])
	case d.Normal != nil:
		return fmt.Sprintf("normal, mean %s, standard deviation %s", d.Normal[0], d.Normal[1])
	case d.Lognormal != nil:
		return fmt.Sprintf("lognormal, median %s, factor %s", d.Lognormal[0], d.Lognormal[1])
	}
	return fmt.Sprintf("counted, %s of %s", d.Counted[0], d.Counted[1])
}
