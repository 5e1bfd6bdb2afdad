// In which language are people spoken to? Headers and logs are always English; bodies follow the configuration.

export type Locale = 'en' | 'ja'
