package synth

import (
	"fmt"
	"strconv"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// depot lends devices out again among the citizens of one block: which device somebody gets must not depend on how
// many workers there are.
type depot struct{ devices [64][]device }

// device is one aid with a serial number, and its latest loan.
type device struct {
	hmi, copy  int
	holder     int
	from, back rettidig.Day // NoDay: still out
}

// product fills in what A2 tells about the aid itself: the device, the paragraph and the price.
func (l *life) product(p *plan, n int, r *aidRow, a loan, made *[64]uint8, b *block) {
	d, rng := &l.cfg.Dirt, l.dirt
	dev := b.depot.lend(n, a, made)
	if happens(rng, d.SharedSerial) {
		if other := b.depot.outElsewhere(n, a); other != nil {
			dev = other
			b.plant("shared_serial", 1)
		}
	}
	price := priceOf(a.class, dev.hmi)
	r.hmi, r.serial = strconv.Itoa(dev.hmi), fmt.Sprintf("%06d-%06d", dev.hmi, dev.copy)
	r.price = strconv.Itoa(price)
	if happens(rng, d.ThousandsDot) {
		if dev.hmi%1000 != 0 { // of 20.000 nothing can be seen
			r.hmi = eaten(dev.hmi)
			if dev.hmi%10 != 0 { // with three decimals it can be told by itself
				b.plant("thousands_dot", 1)
			} else {
				b.plant("thousands_dot hmi", 1)
			}
		}
		if price >= 1000 && price%1000 != 0 {
			r.price = eaten(price)
			b.plant("thousands_dot", 1)
		}
	}
	r.paragraph = l.paragraph(a, b)
}

// eaten is a number whose thousands dot was read as a decimal point: 21.970 as 21.97.
func eaten(v int) string {
	return strconv.FormatFloat(float64(v)/1000, 'f', -1, 64)
}

// lend finds a device of the class that has come back, or buys one.
func (s *depot) lend(n int, a loan, made *[64]uint8) *device {
	list := s.devices[a.class]
	for i := range list {
		if dev := &list[i]; dev.back != rettidig.NoDay && dev.back+2 < a.lent {
			dev.holder, dev.from, dev.back = n, a.lent, a.returned
			return dev
		}
	}
	k := int(made[a.class])
	made[a.class]++
	hmi := 20000 + int(a.class)*160 + k%16 + 16*(n/1_000_000)
	s.devices[a.class] = append(list, device{hmi, n % 1_000_000, n, a.lent, a.returned})
	return &s.devices[a.class][len(list)]
}

// outElsewhere finds a device of the class that somebody else has on the day of the loan, and for a while after it.
func (s *depot) outElsewhere(n int, a loan) *device {
	list := s.devices[a.class]
	for i := range list {
		if dev := &list[i]; dev.holder != n && dev.from+7 < a.lent && (dev.back == rettidig.NoDay || dev.back > a.lent+7) {
			return dev
		}
	}
	return nil
}

// priceOf invents a price in kroner: a few hundred for what is small, thousands for beds and wheelchairs.
func priceOf(class uint8, hmi int) int {
	h := mix(uint64(class)<<32 | uint64(hmi))
	switch aidClasses[class].iso[:2] {
	case "12", "18":
		return 400 + int(h%9000)
	case "04", "22":
		return 200 + int(h%3000)
	}
	return 100 + int(h%1500)
}

// noParagraph is the published share of loans without one, outside the years of the registration event.
const noParagraph = 0.24

// paragraph is what the depot wrote about the law. Aids that the helper needs are lent as APV much more often.
func (l *life) paragraph(a loan, b *block) string {
	d, rng := &l.cfg.Dirt, l.dirt
	y := a.lent.Time().Year()
	if a.again || rng.Float64() < noParagraph {
		return ""
	}
	name := "112"
	switch u := rng.Float64(); {
	case y < 2007:
		if happens(rng, d.Paragraph97) {
			b.plant("paragraph_97", 1)
			return "97"
		}
	case y == 2011 && happens(rng, d.Hoftepakke):
		b.plant("hoftepakke", 1)
		return "Hoftepakke"
	case y >= 2012 && happens(rng, d.APVJump):
		b.plant("apv_jump", 1)
		return "APV"
	case y >= 2018 && happens(rng, d.ISOInParagraph):
		b.plant("iso_in_paragraph", 1)
		return aidClasses[a.class].iso
	case u < 0.03:
		name = "113"
	case u < 0.04:
		name = "140"
	case u < 0.045:
		name = "83a"
	}
	if happens(rng, d.ParagraphSpelling) {
		b.plant("paragraph_spelling", 1)
		return [...]string{"§ " + name, "SEL §" + name, name + ".0"}[rng.IntN(2+btoi(name != "83a"))]
	}
	return name
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// productNames are invented: our own short name of the class and a model. Vendors' names hold line feeds and signs.
var productNames = func() (out []string) {
	for i, c := range aidClasses {
		name := "Hjælpemiddel"
		if k, ok := codes.ClassOf(c.iso); ok {
			name = k.DA
		}
		out = append(out, name+[...]string{", model A", " & tilbehør", "\nmodel B", " 45 x 45 cm"}[i%4])
	}
	return out
}()

// appendProduct writes the columns of A2 after the citizen's.
func (r *aidRow) appendProduct(f *form, b []byte) []byte {
	b = f.number(b, r.hmi)
	b = f.text(b, productNames[r.class])
	if r.iso[0] != '0' && r.iso[0] != ' ' {
		b = f.number(b, r.iso)
	} else {
		b = f.text(b, r.iso)
	}
	if r.serial == "" {
		b = f.blank(b)
	} else {
		b = f.text(b, r.serial)
	}
	if r.paragraph == "" {
		b = f.blank(b)
	} else {
		b = f.text(b, r.paragraph)
	}
	b = r.appendDays(f, b)
	return f.number(b, r.price)
}
