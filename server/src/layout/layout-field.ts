/** What a layout may ask for: the labels of an event, and the local time at which it was received. */
export const layoutFields = ['topic', 'routingKey', 'yyyy', 'MM', 'dd', 'HH', 'mm'] as const
export type LayoutField = (typeof layoutFields)[number]
export type LabelField = 'topic' | 'routingKey'
export type TimeField = Exclude<LayoutField, LabelField>

/** A piece of one folder name. */
export type LayoutToken = { readonly literal: string } | { readonly field: LayoutField }

/** All other fields are times, with as many digits as their name has letters. */
export function isLabelField(field: LayoutField): field is LabelField {
  return field === 'topic' || field === 'routingKey'
}
