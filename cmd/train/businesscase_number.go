package main

import (
	"strconv"

	"github.com/spf13/pflag"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// numberFlag is a flag whose number is written as in a proposal file: "1.250" and a decimal comma are refused.
type numberFlag struct{ into *float64 }

func (n numberFlag) Set(s string) (err error) {
	*n.into, err = proposal.ParseNumber(s)
	return err
}

func (n numberFlag) String() string {
	if n.into == nil || *n.into == 0 {
		return ""
	}
	return strconv.FormatFloat(*n.into, 'g', -1, 64)
}

func (n numberFlag) Type() string { return "number" }

func numberVar(f *pflag.FlagSet, into *float64, name string, value float64, usage string) {
	*into = value
	f.Var(numberFlag{into}, name, usage)
}
