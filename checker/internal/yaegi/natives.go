package yaegi

import "go/types"

type importer = types.Importer
