// Package conformal says what is not known about a single citizen, with guarantees that hold for any learner and any
// number of calibration rows: a set of the labels that cannot be ruled out, and a range for the share of events among
// citizens who are scored alike. It decides which rows count, how sets and ranges are made from them and when a
// category of citizens is too small to be judged by itself; what is done about a citizen of whom too little is known
// is left to others.
//
// What is assumed: the learner has not seen the calibration rows, and the calibration citizens and the new one are
// exchangeable, that is, they come in no order that matters. Change over time breaks that, and so does choosing whom to
// score by what has become of others. Rows of one citizen are not exchangeable with those of another: one row of each
// citizen is drawn and the others are left out, and the guarantee is for a row drawn in the same way from a new citizen
// (Dunn, Wasserman and Ramdas 2022, subsampling once). There are no weights: with unequal ones the guarantee needs the
// weight of the new citizen too (Tibshirani and others 2019), which nobody here knows.
//
// What is guaranteed holds over the draw of calibration citizens and the new one together: of a hundred municipalities
// that each do this once. Few rows never give a wrong answer, they give the answer that says nothing: both labels, and
// the range 0 to 1.
package conformal
