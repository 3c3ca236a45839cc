// REFERENCE ONLY

package bitnodes

import (
	"net/netip"
	"strings"
)

// parseHost tells what kind of host this is, and its canonical text.
func parseHost(s string) (Network, string, error) {
	name := strings.Map(lower, s)
	if label, ok := strings.CutSuffix(name, ".onion"); ok {
		switch {
		case isBase32(label, 16):
			return 0, "", ErrTorV2
		case !ValidOnion(name):
			return 0, "", ErrOnion
		}
		return TorV3, name, nil
	}
	if label, ok := strings.CutSuffix(name, ".b32.i2p"); ok {
		if !isBase32(label, 52) {
			return 0, "", ErrHost
		}
		return I2P, name, nil
	}
	return parseIP(s)
}

// parseIP reads an IP address; only IPv6 may stand in brackets.
func parseIP(s string) (Network, string, error) {
	inner, open := strings.CutPrefix(s, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	ip, err := netip.ParseAddr(inner)
	if err != nil || open != closed || open && ip.Is4() || ip.Zone() != "" {
		return 0, "", ErrHost
	}
	switch ip = ip.Unmap(); {
	case ip.Is4():
		return IPv4, ip.String(), nil
	case ip.As16()[0] == 0xfc:
		return CJDNS, ip.String(), nil
	}
	return IPv6, ip.String(), nil
}

// lower makes A-Z lower case and leaves all else: strings.ToLower would make an
// ASCII k of the Kelvin sign, U+212A, and a name of what is none.
func lower(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r - 'A' + 'a'
	}
	return r
}

// isBase32 reports whether s is n characters of base32 in lower case. A decoder
// could not tell: it skips line feeds.
func isBase32(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") == ""
}
