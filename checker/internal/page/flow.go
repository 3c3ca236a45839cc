package page

import (
	"html/template"
	"strings"

	"nodebook/checker/internal/lazyregexp"
)

// commentLine is a line of highlighted Go that is a comment: what is before it, its tabs, its text.
var commentLine = lazyregexp.New(`^(<pre class="chroma"><code>|</span>)?(?:<span class="w">(\t+)</span>)?<span class="c1">(//.*)</span><span class="w">$`)

// What the lines of a comment start with.
var (
	startsParagraph = lazyregexp.New(`^// [^ ]`)
	startsItem      = lazyregexp.New(`^//( +-|  +\d+\.) `) // "1970. " in the middle of a text is none
	goesOn          = lazyregexp.New(`^//   +[^ ]`)
)

// flow puts each paragraph and each item of a list in the comments of highlighted Go into one
// span, and its line breaks into spans of their own, so that a style sheet can hide them: a
// phone breaks the lines elsewhere. The text stays the same.
func flow(highlighted template.HTML) template.HTML {
	lines := strings.SplitAfter(string(highlighted), "\n")
	match := func(i int) (before, tabs, text string) {
		if i < len(lines) {
			if m := commentLine().FindStringSubmatch(strings.TrimSuffix(lines[i], "\n")); m != nil {
				return m[1], m[2], m[3]
			}
		}
		return "", "", ""
	}
	var out strings.Builder
	for i := 0; i < len(lines); i++ {
		before, tabs, text := match(i)
		item := startsItem().MatchString(text)
		if !item && !startsParagraph().MatchString(text) {
			out.WriteString(lines[i])
			continue
		}
		more := startsParagraph()
		class := "c1 para"
		if item {
			more = goesOn()
			class += " item"
		}
		if tabs != "" {
			class += " inner"
		}
		out.WriteString(before + `<span class="` + class + `">` + soft(tabs) + text)
		for {
			_, nextTabs, next := match(i + 1)
			if nextTabs != tabs || startsItem().MatchString(next) || !more.MatchString(next) {
				break
			}
			words := strings.TrimLeft(next[len("//"):], " ")
			out.WriteString(soft("\n"+tabs+strings.TrimSuffix(next, " "+words)) + " " + words)
			i++
		}
		out.WriteString("\n" + `</span><span class="w">`)
	}
	return template.HTML(out.String())
}

// soft is white space that a narrow window does without.
func soft(text string) string {
	if text == "" {
		return ""
	}
	return `<span class="soft">` + text + `</span>`
}
