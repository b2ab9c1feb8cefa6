package tree

// Ensemble is a sum of trees. The log odds of a row are Base plus the values of the leaves it reaches, one
// in each tree; its probability is the logistic function of that.
type Ensemble struct {
	Columns []Column `json:"columns"`
	Base    float64  `json:"base"`
	Trees   []Tree   `json:"trees"`
}

// Column is one input. With Levels it is categorical: its value is the number 0 .. len(Levels)-1 of a
// level, and any other value is missing, or with Other, unless it is NaN, the last level. Without Levels, it
// is numeric. NaN is missing in both.
type Column struct {
	ID     string   `json:"id"`
	Levels []string `json:"levels,omitempty"`
	Other  bool     `json:"other,omitempty"` // the last level stands for every value that is no level (XGBoost's way)
}

// Tree is a decision tree. Node 0 is the root, and children come after their parent.
type Tree struct {
	Nodes []Node `json:"nodes"`
}

// Node is a question (Column >= 0) or a leaf (Column -1).
type Node struct {
	Column      int32    `json:"column"`              // index into Ensemble.Columns; -1: a leaf
	Threshold   float64  `json:"threshold,omitempty"` // numeric column: x <= Threshold goes left
	Left        int32    `json:"left,omitempty"`      // index into Tree.Nodes
	Right       int32    `json:"right,omitempty"`
	MissingLeft bool     `json:"missing_left,omitempty"` // where a missing value goes
	Set         []uint64 `json:"set,omitempty"`          // categorical column: bit l%64 of word l/64 set: level l goes left; beyond its end: right
	Value       float64  `json:"value,omitempty"`        // of a leaf, log odds
	Cover       float64  `json:"cover"`                  // > 0: sum of the weights (or of the hessians; the same in the whole ensemble) of the training rows through the node
}

func (n *Node) child(right bool) int32 {
	if right {
		return n.Right
	}
	return n.Left
}

// share returns which part of the training rows went one way at a question. The two sum to 1, also where rounded covers
// of a model that was read do not sum to that of the node.
func (n *Node) share(nodes []Node, right bool) float64 {
	return nodes[n.child(right)].Cover / (nodes[n.Left].Cover + nodes[n.Right].Cover)
}
