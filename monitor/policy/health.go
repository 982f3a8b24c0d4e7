package policy

// The lines of the account health rating, 0 to 1000: a score of a line or more is on its good side.
const (
	// HealthAssurance is what Account Health Assurance asks for over six months. Members are called before they are
	// switched off; a seller of twelve years was switched off three days after he fell below it. (H for the line, M for that)
	HealthAssurance = 250
	// HealthGood is where green, "Healthy", begins, and where every new seller starts. (H)
	HealthGood = 200
	// HealthRisk is where yellow, "At Risk", begins: 99 or less is red and may be deactivated within three days. (H)
	HealthRisk = 100
	// HealthViolation is what a violation of high severity costs: "typically 2 to 8 points" by the help page, 8 for a
	// received complaint about intellectual property. A critical one sets the score to 0. (M)
	HealthViolation = 8
)

// HealthSource is where these numbers come from.
const HealthSource = "Amazon's Account Health Rating and Account Health Assurance pages"
