package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/exports"
)

func main() {
	home := flag.String("home", "", "")
	n := flag.Int("n", 1000, "")
	flag.Parse()
	rec := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	set := exports.Setting{Received: rec, Home: monitor.Marketplace(*home)}
	dump := func(f *exports.File, err error) {
		if err != nil {
			fmt.Println("REFUSED", err)
			return
		}
		fmt.Printf("KIND %s enc=%s delim=%s cols=%d rows=%d bad=%d notes=%q\n", f.Format.Kind, f.Encoding, f.Delimiter, f.Columns, f.Rows, f.BadRows, f.Notes)
		k := 0
		res, err := f.Read(context.Background(), set, exports.Sink{Fact: func(at monitor.Place, fact monitor.Fact) error {
			if k++; k > *n {
				return nil
			}
			b, _ := json.Marshal(fact)
			var m map[string]any
			json.Unmarshal(b, &m)
			prune(m)
			b, _ = json.Marshal(m)
			fmt.Println("FACT", string(b))
			return nil
		}, Bad: func(b exports.BadRow) error { fmt.Println("BAD", b); return nil }})
		if err != nil {
			fmt.Println("READ-REFUSED", err)
		}
		if len(res.Notes) > 0 {
			fmt.Printf("NOTES %q\n", res.Notes)
		}
	}
	for _, p := range flag.Args() {
		fmt.Println("==", p)
		if is, _ := exports.IsContainer(p); is {
			c, err := exports.Unpack(context.Background(), p, "", nil)
			if err != nil {
				fmt.Println("REFUSED", err)
				continue
			}
			for _, s := range c.Strays { fmt.Println("STRAY", s) }
			for _, in := range c.Files { dump(in.File, in.Err) }
			c.Close()
			continue
		}
		dump(exports.Identify(p))
	}
}

func prune(m map[string]any) {
	for k, v := range m {
		switch x := v.(type) {
		case map[string]any:
			prune(x)
			if len(x) == 0 { delete(m, k) }
		case nil: delete(m, k)
		case string: if x == "" || strings.HasPrefix(x, "0001-01-01") { delete(m, k) }
		case float64: if x == 0 { delete(m, k) }
		case bool: if !x { delete(m, k) }
		}
	}
}
