package model

import (
	"fmt"
	"strings"
)

// Unfit says why nobody should use a model with these figures, and nothing if they speak for it. An AUROC whose interval
// is not above 0.5, or a slope below 0, leaves no order to use and no probability.
func (f *Figures) Unfit() string {
	switch {
	case !(f.AUROCLower > 0.5):
		how := "may be"
		if f.AUROCUpper < 0.5 {
			how = "is worse than"
		}
		return fmt.Sprintf("the AUROC of %.3f %s chance (%.3f to %.3f): do not use this model, neither its order nor its probabilities", f.AUROC, how, f.AUROCLower, f.AUROCUpper)
	case f.Slope < 0:
		return fmt.Sprintf("the calibration slope of %.2f (%.2f to %.2f) is below 0, so that less happens where the model says more: do not use it, neither its order nor its probabilities",
			f.Slope, f.SlopeLower, f.SlopeUpper)
	}
	return ""
}

// SlopeVerdict says in two words what a calibration slope that is off 1 by more than its interval means, and nothing if
// 1 is inside: below 1 high probabilities are too high and low ones too low, above 1 the other way round. Of a model that
// is unfit it says nothing: there is no order whose steps could be too large.
func (f *Figures) SlopeVerdict() string {
	switch {
	case f.Unfit() != "":
		return ""
	case f.SlopeUpper < 1:
		return "too sure"
	case f.SlopeLower > 1:
		return "too careful"
	}
	return ""
}

// slopeAdvice says what such a slope means for the reader and what to do about it.
func (f *Figures) slopeAdvice() string {
	switch f.SlopeVerdict() {
	case "too sure":
		return fmt.Sprintf("A slope of %.2f says that the model is too sure: what it calls likely happens less often than it says, what it calls unlikely more often. "+
			"Use its order, not its probabilities; learn from more rows or fewer columns (the card has the fewest), and validate again.", f.Slope)
	case "too careful":
		return fmt.Sprintf("A slope of %.2f says that the model is too careful: what it calls likely happens more often than it says, what it calls unlikely less often. "+
			"Its order is safe to use; for its probabilities, calibrate on more rows, and validate again.", f.Slope)
	}
	return ""
}

// largeAdvice is the same for the calibration in the large.
func (f *Figures) largeAdvice() string {
	switch {
	case f.InTheLargeUpper < 0:
		return "Over all, less happened than the model said: find out what has changed since its training rows, and train again with later ones."
	case f.InTheLargeLower > 0:
		return "Over all, more happened than the model said: find out what has changed since its training rows, and train again with later ones."
	}
	return ""
}

// offCalibration returns the warning that calibration is off, with the figures and what to do, or nil. Of a model that is
// unfit all is said by that.
func (f *Figures) offCalibration() error {
	if f.Unfit() != "" {
		return nil
	}
	advice := strings.TrimSpace(f.slopeAdvice() + " " + f.largeAdvice())
	if advice == "" {
		return nil
	}
	return fmt.Errorf("calibration on later citizens is off: slope %.2f (%.2f to %.2f), in the large %.2f (%.2f to %.2f). %s",
		f.Slope, f.SlopeLower, f.SlopeUpper, f.InTheLarge, f.InTheLargeLower, f.InTheLargeUpper, advice)
}
