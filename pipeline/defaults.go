package pipeline

// DefaultCapacity is the share of citizens who can be offered a course when nobody says otherwise.
const DefaultCapacity = 0.3
