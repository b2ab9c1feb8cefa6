// Package buildinfo tells which build of the project is running. It decides how a version is spelled on reports,
// in manifests and on the screen, and leaves to them where to show it.
package buildinfo

import "runtime/debug"

// Version returns the module's version, or "devel", and the commit where the build knows it: "v1.2.0+0123456789ab".
func Version() string {
	v := "devel"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return v + "+" + s.Value[:min(12, len(s.Value))]
		}
	}
	return v
}
