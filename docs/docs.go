// Package docs contains the documents whose figures are drawn.
package docs

import _ "embed"

// IBD is ibd.md, what a download costs.
//
//go:embed ibd.md
var IBD string
