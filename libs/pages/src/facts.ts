/** What is known of an event, as label and value: when, which device, from where. */
export type Facts = readonly (readonly [label: string, value: string])[];
