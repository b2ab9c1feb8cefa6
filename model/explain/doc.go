// Package explain says what a learner does with its columns, as data for others to draw: what each concept
// adds to one answer, how the log odds move with a column, which concepts the predictions rest on and which
// columns work together. It takes any learner as a function from rows to log odds. It decides how parts
// are added up, ordered and sampled; what a concept is called, how calibration bends the answer, and
// whether an explanation may be shown, is left to others.
//
// Three ways to show a column, from the fair to the quick to misread. Effects (accumulated local effects)
// asks only for small changes of rows as they are, so it is the one to show when columns go together, as
// care columns do. Dependence (partial dependence) gives every row every value of the column, also such as
// no citizen could have. Its single curves (ICE) show whether the mean hides that some rise and others fall.
package explain
