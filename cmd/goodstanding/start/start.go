// Package start lets the other packages be initialised without collecting garbage. The tables that they make at every start, of
// telephone numbers, workbooks and patterns, are 5 MB, and Go collects for the first time at 4: for a command such as
// `goodstanding status` that was a seventh of its time, and found nothing worth it.
//
// Go initialises packages in the order of their import paths, as far as they do not need one another (Go specification, Program
// initialization). This one needs runtime/debug alone, and so comes before most of the large ones; main, which
// comes last, says how often the command collects.
package start

import (
	"os"
	"runtime/debug"
)

// percent lets the heap grow to 16 MB before it is collected.
const percent = 400

func init() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
