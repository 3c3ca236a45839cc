// REFERENCE ONLY

package bitnodes

// fields are pointers to r's fields, in the order of a row. encoding/json
// decodes an array into them, and puts a nil in a pointer's place for a null.
func (r *Row) fields() []any {
	return []any{
		&r.Protocol, &r.UserAgent, &r.Since, &r.Services, &r.Height,
		&r.Hostname, &r.City, &r.Country, &r.Lat, &r.Lon, &r.Timezone, &r.ASN, &r.Org,
	}
}
