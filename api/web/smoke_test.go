package web

import "testing"

func TestSmoke(t *testing.T) {
	s := newSite(t)
	s.get(nobody, "/login")
	s.get(assessor, "/citizens")
	s.get(assessor, "/citizens/"+rich)
	s.judge(rich, "completion")
	s.get(assessor, "/citizens/"+rich)
	s.get(assessor, "/models")
	s.get(management, "/savings")
	s.get(auditor, "/audit")
}
