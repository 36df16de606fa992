/** What `~/.gemini/settings.json` has to say before a run without a person can begin. */
export const settings = {
  security: { auth: { selectedType: 'gemini-api-key' } },
  privacy: { usageStatisticsEnabled: false },
  general: { enableAutoUpdate: false },
};
