// Package scoring turns one citizen's history and a fitted model into an answer that a person can weigh: a
// calibrated probability with its range and natural frequency, reasons grouped to what caregivers talk about,
// or "we do not know" with the reason.
//
// It decides how a model's numbers are worded and when a question cannot be put to a citizen at all. What was
// known is decided in features, how the numbers come about in model, who may ask in api.
package scoring
