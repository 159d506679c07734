// What `/enrolment-requests` answers.

/** A device that asked to be let in. All it says of itself is its own word; what it proved is its key. */
export interface EnrolmentRequest {
  id: string;
  state: 'waiting' | 'approved' | 'rejected' | 'expired';
  /** The name it wished, or was given; once it came, its name. */
  device: string;
  hardware: string;
  serial: string | null;
  keyFingerprint: string;
  /** What let it ask, such as `token/0123456789ab`. */
  source: string;
  site: string | null;
  tags: string[];
  address: string;
  askedAt: string;
  expiresAt: string;
  decidedAt: string | null;
  decidedBy: string | null;
  decidedByName: string | null;
  reason: string;
  /** The device of the inventory whose place it would take. */
  takesPlaceOf: string | null;
  cameAs: string | null;
}
