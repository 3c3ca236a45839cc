package version

// Table writes a version message as a table, one line per field in the order of the
// wire: the field's name, at least two spaces, the value and, after the last value
// too, a line feed. All values start in the same column.
//
//	protocol version  70016
//	services          NETWORK|WITNESS
//	timestamp         2026-02-02T00:19:57Z
//	receiver          203.0.113.7:8333
//	sender            [::]:0
//	nonce             8935141660703064063
//	user agent        "/Satoshi:30.0.0/"
//	start height      934662
//	relay             yes
//
// The time is in UTC, in the form of RFC 3339. Relay is yes, no, or absent. The
// user agent is a stranger's text: it is quoted as a Go string literal (as by
// %q, which leaves é as it is), so that nothing in it reaches the terminal as a
// control code.
func Table(v Version) string {
	return ""
}
