// Package tree holds ensembles of decision trees in the form they are shipped in: what a tree is, how it is
// read and checked, what a row scores and why. It decides which models it can take over from XGBoost and
// LightGBM and that they score here as they do there. How trees are learned, whether their log odds are
// calibrated, and what the reasons are called is left to others.
package tree
