/** How the name of a report's file may end: the form it gets. */
export const reportKinds = ['json', 'html'] as const
