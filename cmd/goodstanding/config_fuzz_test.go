package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Whatever stands in a file: it is a configuration, or a list of mistakes with lines of that file in ascending order.
func FuzzLoadConfig(f *testing.F) {
	seeds, err := filepath.Glob("testdata/config/bad/*.toml")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range append(seeds, "../../config.example.toml") {
		text, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{"", "\xff", "\uFEFF", "a", "[a", "[[a]]\n[a.b]\n[[a]]\n", "a.b=1\n[a]\n", "limits=[[],{}]\n", "limits=[1]", "x=[[[[1]]]]", "accounts={}", "[web.listen]", "[[checks]]", "limits=[{limit={}}]"} {
		f.Add([]byte(text))
	}
	path := filepath.Join(f.TempDir(), "config.toml")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := LoadConfig(path, noEnv, targets())
		if err == nil {
			if cfg.Location == nil || cfg.InboxDir == "" || len(cfg.Checks) != len(targets()) {
				t.Fatalf("a configuration with holes: %+v", cfg)
			}
			return
		}
		var wrong *ConfigError
		if !errors.As(err, &wrong) || len(wrong.Mistakes) == 0 {
			t.Fatalf("error without mistakes: %v", err)
		}
		last := 0
		for _, m := range wrong.Mistakes {
			if m.Line < last || m.Line > bytes.Count(text, []byte("\n"))+1 || m.Problem == "" {
				t.Fatalf("mistake %+v after line %d", m, last)
			}
			last = m.Line
		}
	})
}
