package exports

import (
	"testing"

	"goodstanding/monitor"
)

// TestVoiceByShape holds what a row must be for a header in an unknown language: a rate that is the quotient of two of
// its own numbers, behind an ASIN.
func TestVoiceByShape(t *testing.T) {
	const head = "Vara;Nummer;Kod;Skick;Skickas av;Andel;Missn;Antal;Betyg;Returer;Orsak;Datum;Status;Märke\n"
	for row, want := range map[string]bool{
		"Kanna;B0TESTKET1;K-1;Ny;Amazon;2,5 %;3;120;4,1;7 %;;;Fair;Nej":             true,
		"\"Kanna; 6\"\" hög\";B0TESTKET1;K-1;Ny;Amazon;3%;3;120;4,1;7 %;;;Fair;Nej": true,
		"Kanna;B0TESTKET1;K-1;Ny;Amazon;9,5 %;3;120;4,1;7 %;;;Fair;Nej":             false, // another quotient
		"Kanna;B0TESTKET1;K-1;Ny;Amazon;2,5;3;120;4,1;7 %;;;Fair;Nej":               false, // no percentage
		"Kanna;K-1;B0TESTKET1;Ny;Amazon;2,5 %;3;120;4,1;7 %;;;Fair;Nej":             false, // no ASIN there
		"Kanna;B0TESTKET1;K-1;Ny;Amazon;0 %;0;0;4,1;7 %;;;Fair;Nej":                 false, // no orders: proves nothing
		"Kanna;B0TESTKET1;K-1;Ny;Amazon;2,5 %;3":                                    false,
		"":                                                                          false,
	} {
		f, err := Identify(save(t, "v.csv", []byte(head+row+"\n")))
		if got := err == nil && f.Format.Kind == monitor.KindVoice; got != want {
			t.Errorf("%s: recognised %v, %v", row, got, err)
		}
	}
	f, err := Identify(save(t, "v.csv", []byte("Dag;"+head+"2026-11-19;Kanna;B0TESTKET1;K-1;Ny;Amazon;2,5 %;3;120;4,1;7 %;;;Fair;Nej\n")))
	if err != nil {
		t.Fatal(err)
	}
	v := collect(t, f, Setting{Received: received})[0].(monitor.CustomerVoice)
	if v.Snapshot == nil || v.Snapshot.String() != "2026-11-19" || v.ASIN != "B0TESTKET1" || v.Health != monitor.HealthFair || *v.NCXRate != 0.025 {
		t.Errorf("%+v", v)
	}
}

func TestParseHealth(t *testing.T) {
	for in, want := range map[string]string{"Excellent": "Excellent", "VERY POOR": "Very poor", "不合格": "Poor", "极好": "Excellent", "良好": "Good", "一般": "Fair", "Sehr gut": "Sehr gut", "": ""} {
		if got := parseHealth(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestIsASIN(t *testing.T) {
	for in, want := range map[string]bool{"B012345678": true, "0306406152": true, "030640615X": true, "b012345678": false, "B01234567": false, "A012345678": false, "B01234567é": false, "": false} {
		if got := isASIN([]byte(in)); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}
