package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Package start is of no use to packages that are initialised before it: the order follows from what imports what.
func TestStartIsInitialisedEarly(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "version")
	cmd.Env = append(os.Environ(), "GOODSTANDING_TEST_AS_PROGRAM=1", "GODEBUG=inittrace=1")
	var trace strings.Builder
	cmd.Stderr = &trace
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	start := strings.Index(trace.String(), "init goodstanding/cmd/goodstanding/start ")
	if start < 0 {
		t.Fatalf("it is not initialised at all:\n%s", trace.String())
	}
	for _, large := range []string{"github.com/xuri/excelize/v2", "github.com/prometheus/client_golang/prometheus", "goodstanding/monitor/exports"} {
		if i := strings.Index(trace.String(), "init "+large+" "); i < start {
			t.Errorf("%s is initialised before it (%d, %d)", large, i, start)
		}
	}
}
