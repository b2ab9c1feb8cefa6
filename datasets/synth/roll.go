package synth

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// person is what is decided about a citizen before the life begins.
type person struct {
	birth  rettidig.Day
	number cpr.Number
	female bool
}

// stream returns the random source of one citizen for one purpose. Every citizen has its own, so that the
// order in which citizens are simulated cannot matter.
func stream(seed, citizen, purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(mix(seed^mix(purpose)), mix(citizen+0x9e3779b97f4a7c15*(purpose+1))))
}

// mix is the finaliser of splitmix64: neighbouring numbers give unrelated ones.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

const (
	forRoll = iota
	forLife
	forDirt
	forTraining
	forPlan
	forHeader
	forPeople
	forAbility
)

// stream1 draws one number from 0 to 1.
func stream1(seed, citizen, purpose uint64) float64 { return stream(seed, citizen, purpose).Float64() }

const year = 365.25

// ageingIn returns how many people turn 65 in the period and were born before 1960.
func ageingIn(cfg Config) int {
	until := min(cfg.To, yearsLater(lastBirth, 65))
	years := float64(until-cfg.From) / year
	if years <= 0 {
		return 0
	}
	b := population65[0]
	total := 0.0
	for _, b := range population65 {
		total += b.men + b.female
	}
	return int(math.Round(float64(cfg.Citizens) * years * (b.men + b.female) / 5 / total * 1.02))
}

var (
	firstBirth = rettidig.DayOf(1900, time.January, 1)
	lastBirth  = rettidig.DayOf(1959, time.December, 31)
)

// makeRoll draws sex, birth and CPR number of everybody: first the Citizens who are 65 or more on From, then those who
// turn 65 later. No two have the same number. It is the only thing kept for all citizens at once, 16 bytes each.
func makeRoll(ctx context.Context, cfg Config) ([]person, error) {
	roll := make([]person, cfg.Citizens+ageingIn(cfg))
	taken := make(map[cpr.Number]struct{}, len(roll))
	for i := range roll {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		rng := stream(cfg.Seed, uint64(i), forRoll)
		p := &roll[i]
		if i < cfg.Citizens {
			p.birth, p.female = drawElder(rng, cfg.From)
		} else {
			p.birth, p.female = drawYounger(rng, cfg)
		}
		sex := rettidig.Male
		if p.female {
			sex = rettidig.Female
		}
		for {
			p.number = cpr.Generate(rng, p.birth, sex)
			if _, again := taken[p.number]; !again {
				break
			}
		}
		taken[p.number] = struct{}{}
	}
	return roll, nil
}

// drawElder draws somebody of 65 or more on a day, from the national age and sex distribution.
func drawElder(rng *rand.Rand, on rettidig.Day) (birth rettidig.Day, female bool) {
	total := 0.0
	for _, b := range population65 {
		total += b.men + b.female
	}
	for {
		u := rng.Float64() * total
		for _, b := range population65 {
			if u < b.men+b.female {
				female = u >= b.men
				age := b.from + (b.to-b.from)*bandPosition(rng, b)
				birth = on - rettidig.Day(math.Ceil(age*year)) - 1
				break
			}
			u -= b.men + b.female
		}
		if birth >= firstBirth && birth <= lastBirth && rettidig.AgeAt(birth, on) >= 65 {
			return birth, female
		}
	}
}

// bandPosition is uniform in the younger bands; in the oldest, people thin out towards the end.
func bandPosition(rng *rand.Rand, b ageBand) float64 {
	u := rng.Float64()
	switch {
	case b.from >= 95:
		return -math.Log(1-u*0.95) * 0.6
	case b.from >= 80:
		return u * (0.75 + 0.25*u)
	}
	return u
}

// drawYounger draws somebody who turns 65 in the period.
func drawYounger(rng *rand.Rand, cfg Config) (birth rettidig.Day, female bool) {
	first := yearsLater(cfg.From, -65) + 1
	last := min(yearsLater(cfg.To, -65), lastBirth)
	b := population65[0]
	return first + rettidig.Day(rng.IntN(int(last-first)+1)), rng.Float64() < b.female/(b.men+b.female)
}
